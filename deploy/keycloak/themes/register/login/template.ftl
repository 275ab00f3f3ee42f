<#-- The e-service's frame around every page of the login: head, one main, no script needed to read it. -->
<#macro registrationLayout bodyClass="" displayInfo=false displayMessage=true displayRequiredFields=false>
<#assign isTest = (realm.name!"") == "e-legitimation">
<#assign heading><#nested "header"></#assign>
<!doctype html>
<html lang="sv">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="noindex, nofollow">
  <title>${heading?markup_string?replace("<[^>]+>", "", "r")?trim?no_esc} – ${realm.displayName!"Skolenhetsregistret"}</title>
  <link rel="icon" href="${url.resourcesPath}/img/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="${url.resourcesPath}/css/register.css">
  <script type="importmap">{ "imports": { "rfc4648": "${url.resourcesCommonPath}/vendor/rfc4648/rfc4648.js" } }</script>
  <script type="module">
    import { startSessionPolling } from "${url.resourcesPath}/js/authChecker.js";
    startSessionPolling("${url.ssoLoginInOtherTabsUrl?no_esc}");
  </script>
  <#if authenticationSession??>
  <script type="module">
    import { checkAuthSession } from "${url.resourcesPath}/js/authChecker.js";
    checkAuthSession("${authenticationSession.authSessionIdHash}");
  </script>
  </#if>
</head>
<body>
  <a href="#main-content" class="skip-link">Hoppa till innehållet</a>
  <header class="head<#if isTest> head--test</#if>">
    <div class="width"><span class="head__name">${realm.displayName!"Skolenhetsregistret"}</span></div>
  </header>
  <main class="width" id="main-content">
    <#if isTest><p class="note">${msg("testNote")}</p></#if>
    <h1>${heading}</h1>
    <#if auth?has_content && auth.showUsername() && !auth.showResetCredentials()>
      <p class="who">${msg("loggingInAs")} <strong>${auth.attemptedUsername}</strong>.
      <a id="reset-login" href="${url.loginRestartFlowUrl}">${msg("restartLoginTooltip")}</a></p>
    </#if>
    <#if displayMessage && message?has_content && (message.type != 'warning' || !isAppInitiatedAction??)>
      <div class="message message--${message.type}"<#if message.type = 'error'> role="alert"</#if>>
        <p>${kcSanitize(message.summary)?no_esc}</p>
      </div>
    </#if>
    <#nested "form">
    <#if auth?has_content && auth.showTryAnotherWayLink()>
      <form action="${url.loginAction}" method="post">
        <input type="hidden" name="tryAnotherWay" value="on">
        <button class="link" id="try-another-way">${msg("doTryAnotherWay")}</button>
      </form>
    </#if>
    <#nested "socialProviders">
  </main>
</body>
</html>
</#macro>
