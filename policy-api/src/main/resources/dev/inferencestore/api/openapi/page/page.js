// A token that is typed in stays in memory: it is gone with the page. The badge would ask a server outside what it thinks of the description.
window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#calls',
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  deepLinking: true,
  displayOperationId: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  validatorUrl: null,
});
