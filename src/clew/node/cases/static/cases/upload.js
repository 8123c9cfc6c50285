// Shows how far an upload is. Without JavaScript the form is simply sent.

const form = document.querySelector("form[data-clew-upload]");

function show(state, share) {
  const percent = Math.floor(share * 100);
  state.hidden = false;
  state.querySelector("progress").value = percent;
  state.querySelector("[data-clew-upload-percent]").textContent = `${percent} %`;
}

function arrived(request) {
  if (request.responseURL && request.responseURL !== form.action && request.status < 400) {
    location.assign(request.responseURL);
    return;
  }
  // The page came back with its faults; it takes this page's place as a plain sending would have.
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  document.title = page.title;
  document.querySelector("main").replaceWith(page.querySelector("main"));
  document.querySelector(".govuk-error-summary")?.focus();
}

form?.addEventListener("submit", (event) => {
  const file = form.querySelector("input[type=file]");
  if (!file?.files.length) return;
  event.preventDefault();
  const state = form.querySelector("[data-clew-upload-state]");
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (sent) => {
    if (sent.lengthComputable) show(state, sent.loaded / sent.total);
  });
  request.addEventListener("load", () => arrived(request));
  request.addEventListener("error", () => form.submit());
  request.open("POST", form.action);
  request.send(new FormData(form));
});
