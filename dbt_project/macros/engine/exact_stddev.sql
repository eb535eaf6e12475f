{# Population standard deviation of a column of whole numbers, from whole sums: the same bits in
   whatever order the rows come. stddev_pop adds up floats, so two builds of one night would differ
   in the last place, and with them a model trained on either. #}
{% macro exact_stddev(column) -%}
    sqrt(count({{ column }}) * sum({{ column }} * {{ column }}) - sum({{ column }}) * sum({{ column }}))
        / nullif(count({{ column }}), 0)
{%- endmacro %}
