<#import "template.ftl" as layout>
<@layout.registrationLayout displayMessage=false; section>
  <#if section = "header">
    <#if messageHeader??>${kcSanitize(msg("${messageHeader}"))?no_esc}<#else>${kcSanitize(message.summary)?no_esc}</#if>
  <#elseif section = "form">
    <#if messageHeader??><p>${kcSanitize(message.summary)?no_esc}</p></#if>
    <#if requiredActions??><ul><#list requiredActions as one><li>${kcSanitize(msg("requiredAction.${one}"))?no_esc}</li></#list></ul></#if>
    <#if !skipLink??>
      <#if pageRedirectUri?has_content>
        <p><a class="button" href="${pageRedirectUri}">${msg("backToApplication")}</a></p>
      <#elseif actionUri?has_content>
        <p><a class="button" href="${actionUri}">${msg("proceedWithAction")}</a></p>
      <#else>
        <p><a class="button" href="${(client.baseUrl)!"/"}">${msg("backToApplication")}</a></p>
      </#if>
    </#if>
  </#if>
</@layout.registrationLayout>
