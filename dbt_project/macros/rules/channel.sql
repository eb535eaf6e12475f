{# Where a Mini Program visit came from: WeChat scene codes, grouped by our channels.
   Codes: developers.weixin.qq.com, Mini Program reference, list of scene values. #}
{% macro scene_channel(scene) -%}
    case
        when {{ scene }} in ('1005', '1006', '1053') then 'search'
        when {{ scene }} in ('1011', '1012', '1013', '1047') then 'qr_code'
        when {{ scene }} in ('1007', '1008', '1044') then 'share'
        when {{ scene }} in ('1035', '1043') then 'oa_menu'
        when {{ scene }} in ('1058', '1074') then 'oa_message'
        when {{ scene }} in ('1045', '1046', '1067') then 'ad'
        when {{ scene }} in ('1001', '1089') then 'direct'
        else 'unknown'
    end
{%- endmacro %}

{# How a follower found the Official Account: subscribe_scene of the user info interface. #}
{% macro subscribe_channel(scene) -%}
    case {{ scene }}
        when 'ADD_SCENE_SEARCH' then 'search'
        when 'ADD_SCENE_QR_CODE' then 'qr_code'
        when 'ADD_SCENE_PROFILE_CARD' then 'share'
        when 'ADD_SCENE_REPRINT' then 'share'
        when 'ADD_SCENE_PROFILE_LINK' then 'oa_message'
        when 'ADD_SCENE_PROFILE_ITEM' then 'oa_message'
        when 'ADD_SCENE_WECHAT_ADVERTISEMENT' then 'ad'
        else 'unknown'
    end
{%- endmacro %}
