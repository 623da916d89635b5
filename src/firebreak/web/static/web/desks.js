// The little that pages do by themselves. No handler stands in a page: the content security policy allows none.
(function () {
  "use strict";
  // A form that does something that cannot be taken back asks first.
  document.addEventListener("submit", function (event) {
    var question = event.target.getAttribute("data-ask");
    if (question && !window.confirm(question)) { event.preventDefault(); }
  });
  // An error's answer is shown in place of the list, with its rule and remedy, and not swallowed.
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.xhr.status >= 400 && event.detail.xhr.status < 500) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  // "/" goes to the first filter, as in most consoles.
  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    var field = document.querySelector(".filters input:not([type=hidden]), .filters select");
    if (event.key === "/" && !typing && field) { event.preventDefault(); field.focus(); }
    // Enter in the reason of a ruling decides nothing: it leaves the field, so that 1, 2 and 3 decide.
    if (event.key === "Enter" && document.activeElement.matches(".ruling [name=reason]")) {
      event.preventDefault(); document.activeElement.blur(); return;
    }
    // Keys that a page names on its own buttons and links (data-key), and r for the reason they need.
    if (typing || event.ctrlKey || event.metaKey || event.altKey) { return; }
    var reason = document.querySelector(".ruling [name=reason]");
    if (event.key === "r" && reason) { event.preventDefault(); reason.focus(); return; }
    var pressed = document.querySelector("[data-key='" + CSS.escape(event.key) + "']");
    if (pressed) { event.preventDefault(); pressed.click(); }
  });
})();
