<#-- A field with its label, what helps, and what is wrong: said in words, and tied to the field. -->
<#macro error id text>
  <p class="error" id="${id}-error"><span class="hidden">Fel:</span> ${kcSanitize(text)?no_esc}</p>
</#macro>

<#macro described id hint text><#if hint?has_content || text?has_content>aria-describedby="<#if hint?has_content>${id}-hint</#if> <#if text?has_content>${id}-error</#if>"</#if></#macro>

<#macro input id label hint="" error="" value="" autocomplete="off" inputmode="" autofocus=false narrow=false>
  <div class="field<#if error?has_content> field--wrong</#if>">
    <label for="${id}">${label}</label>
    <#if hint?has_content><p class="hint" id="${id}-hint">${hint}</p></#if>
    <#if error?has_content><@.namespace.error id error/></#if>
    <input id="${id}" name="${id}" type="text" value="${value}" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false"
      <#if inputmode?has_content>inputmode="${inputmode}"</#if> <#if narrow>class="narrow"</#if> <#if autofocus>autofocus</#if>
      <#if error?has_content>aria-invalid="true"</#if> <@described id hint error/>>
  </div>
</#macro>

<#macro password id label hint="" error="" autocomplete="current-password" autofocus=false>
  <div class="field<#if error?has_content> field--wrong</#if>">
    <label for="${id}">${label}</label>
    <#if hint?has_content><p class="hint" id="${id}-hint">${hint}</p></#if>
    <#if error?has_content><@.namespace.error id error/></#if>
    <div class="password">
      <input id="${id}" name="${id}" type="password" autocomplete="${autocomplete}" <#if autofocus>autofocus</#if>
        <#if error?has_content>aria-invalid="true"</#if> <@described id hint error/>>
      <button type="button" class="show" aria-controls="${id}" aria-label="${msg("showPassword")}" data-password-toggle
        data-label-show="${msg("showPassword")}" data-label-hide="${msg("hidePassword")}" data-icon-show="eye" data-icon-hide="eye eye--shut"><span class="eye" aria-hidden="true"></span></button>
    </div>
  </div>
</#macro>

<#macro buttons label id="kc-login">
  <div class="buttons">
    <button class="button" id="${id}" name="login">${label}</button>
    <#if isAppInitiatedAction??><button class="button button--second" name="cancel-aia" value="true" formnovalidate>${msg("doCancel")}</button></#if>
  </div>
</#macro>

<#macro cancel>
  <#if isAppInitiatedAction??>
    <form action="${url.loginAction}" method="post"><button class="button button--second" name="cancel-aia" value="true">${msg("doCancel")}</button></form>
  </#if>
</#macro>
