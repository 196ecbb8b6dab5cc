// Keeps logs at their end while an answer grows, passes on the buttons in them, and opens the life story where a link points.
(() => {
  new MutationObserver(() => {
    // Gradio 5.50 names each radio button of a group differently, so that arrow keys do not move within it.
    for (const group of document.querySelectorAll("fieldset")) {
      const buttons = group.querySelectorAll('input[type="radio"]');
      for (const button of buttons) if (button.name !== buttons[0].name) button.name = buttons[0].name;
    }
    for (const log of document.querySelectorAll(".hs-log")) {
      if (log.dataset.seen !== log.textContent.length.toString()) {
        log.dataset.seen = log.textContent.length.toString();
        log.scrollTop = log.scrollHeight;
      }
    }
    name();
  }).observe(document.documentElement, { childList: true, subtree: true });

  // The address names the stored conversations on the page, so that a reload, also after a restart, shows them again.
  const name = () => {
    const ids = [...document.querySelectorAll(".hs-log")].map((log) => log.dataset.stored).filter(Boolean).join(",");
    const address = new URL(location.href);
    if (!document.querySelector(".hs-log") || (address.searchParams.get("conversation") || "") === ids) return;
    if (ids) address.searchParams.set("conversation", ids); else address.searchParams.delete("conversation");
    history.replaceState(history.state, "", address);
  };

  // A button in a conversation or in the list: what it does is told to the hidden button that the page listens to.
  addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-action]");
    if (!button) return;
    let action = button.dataset.action;
    if (action.startsWith("rename:")) {
      const title = prompt("Title of the conversation", button.dataset.title);
      if (title === null) return;
      action += ":" + title;
    }
    if (action.startsWith("delete:") && !confirm(`Delete "${button.dataset.title}"?`)) return;
    window.hsAction = action;
    document.getElementById("hs-do").click();
    if (/^(edit|try|cancel|branch):/.test(action)) document.querySelector("#hs-message textarea").focus();
  });

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const story = target.closest("details");
    if (story) story.open = true;
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  // The same link twice changes no hash.
  addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href^="#story-"]');
    if (link && link.getAttribute("href") === location.hash) reveal();
  });
})();
