(() => {
  "use strict";
  const codes = document.getElementById("codes");
  const said = document.getElementById("said");
  const copy = async () => {
    said.textContent = "";
    const text = [...codes.querySelectorAll("code")].map((each) => each.textContent).join("\n");
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = said.dataset.done;
    } catch {
      getSelection().selectAllChildren(codes);
      said.textContent = said.dataset.failed;
    }
  };
  const does = { copy, print: () => window.print() };
  for (const button of document.querySelectorAll("[data-does]")) {
    button.hidden = false;
    button.addEventListener("click", does[button.dataset.does]);
  }
})();
