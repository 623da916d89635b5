// Files go one after another as they are, each with its progress; without this script the form sends the first one.
(function () {
  "use strict";
  var form = document.getElementById("upload"), list = document.getElementById("uploads");
  if (!form || !window.XMLHttpRequest) { return; }
  function line(name) {
    var row = document.createElement("div"), bar = document.createElement("progress"), text = document.createElement("div");
    row.className = "mb-3"; bar.className = "progress"; bar.max = 100; bar.value = 0;
    bar.setAttribute("aria-label", name); text.className = "secret"; text.textContent = name;
    row.append(text, bar); list.append(row);
    return { row: row, bar: bar, text: text };
  }
  function told(answer) {
    // The answer is our own page's part; only its words are taken.
    return new DOMParser().parseFromString(answer, "text/html").body.textContent.replace(/\s+/g, " ").trim();
  }
  function send(files, at) {
    if (at >= files.length) { return; }
    var file = files[at], shown = line(form.dataset.sending + " " + file.name), request = new XMLHttpRequest();
    request.open("POST", form.action + "?name=" + encodeURIComponent(file.name));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
    request.setRequestHeader("HX-Request", "true");
    request.upload.onprogress = function (event) { if (event.lengthComputable) { shown.bar.value = 100 * event.loaded / event.total; } };
    request.onload = function () {
      shown.bar.remove();
      if (request.status === 200) {
        var link = document.createElement("a");
        link.href = JSON.parse(request.responseText).url;
        link.textContent = file.name;
        shown.text.textContent = form.dataset.done + " ";
        shown.text.append(link);
      } else {
        shown.text.textContent = form.dataset.broken + " " + file.name + ": " + told(request.responseText).slice(0, 300);
        shown.text.className = "field-error secret";
      }
      send(files, at + 1);
    };
    request.onerror = function () { shown.bar.remove(); shown.text.textContent = form.dataset.broken + " " + file.name; shown.text.className = "field-error"; send(files, at + 1); };
    request.send(file);
  }
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    list.replaceChildren();
    send(Array.from(form.elements.file.files), 0);
  });
})();
