"use strict";
// The address of the document stands on the script's own element: the page needs no script within it.
SwaggerUIBundle({
  url: document.currentScript.dataset.url,
  dom_id: "#docs",
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
