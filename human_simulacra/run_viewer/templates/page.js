// Choosing a filter shows its answers at once. The pages also work without this script.
document.querySelector(".filters")?.addEventListener("change", (event) => {
  if (event.target.matches("select, [type=radio]")) event.currentTarget.requestSubmit();
});
