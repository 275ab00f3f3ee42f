<#import "template.ftl" as layout>
<#import "field.ftl" as field>
<#assign wrong = messagesPerField.existsError('username','password')?then(messagesPerField.getFirstError('username','password'), "")>
<#assign providers = realm.password && social?? && social.providers?has_content && !usernameHidden??>
<@layout.registrationLayout displayMessage=!wrong?has_content; section>
  <#if section = "header">
    ${layout.isTest?then(msg("testTitle"), msg("loginAccountTitle"))}
  <#elseif section = "form">
    <#if providers>
      <p class="providers"><#list social.providers as p><a class="button" id="social-${p.alias}" href="${p.loginUrl}">${msg("loginWith", p.displayName!p.alias)}</a> </#list></p>
      <h2>${msg("orWithPassword")}</h2>
    </#if>
    <#if realm.password>
      <form id="kc-form-login" action="${url.loginAction}" method="post">
        <#if !usernameHidden??>
          <#if layout.isTest>
            <@field.input id="username" label=msg("personalNumber") hint=msg("personalNumberHint") error=wrong value=(login.username!'') autocomplete="username" inputmode="numeric" autofocus=true/>
          <#else>
            <@field.input id="username" label=msg("username") error=wrong value=(login.username!'') autocomplete="username" autofocus=(!providers || wrong?has_content)/>
          </#if>
        </#if>
        <@field.password id="password" label=msg("password") error=(usernameHidden??)?then(wrong, "") autofocus=(usernameHidden??)/>
        <input type="hidden" name="credentialId" value="<#if auth.selectedCredential?has_content>${auth.selectedCredential}</#if>">
        <div class="buttons"><button class="button<#if providers> button--second</#if>" id="kc-login" name="login">${msg("doLogIn")}</button></div>
      </form>
      <script type="module" src="${url.resourcesPath}/js/passwordVisibility.js"></script>
    </#if>
  </#if>
</@layout.registrationLayout>
