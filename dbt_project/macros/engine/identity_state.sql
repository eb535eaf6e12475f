{# A table that siyu.identity keeps between nights. It is no model: int_identity__resolution, which
   writes it, is what depends on it; a reader names that model too. #}
{% macro identity_state(table) -%}
    {{ return(api.Relation.create(
        database=target.database, schema='identity_state', identifier=table
    )) }}
{%- endmacro %}
