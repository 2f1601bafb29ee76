const target = document.getElementById("swagger-ui");

SwaggerUIBundle({
  url: target.dataset.schema,
  domNode: target,
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
