// The upload of a file: dropped or chosen, sent with its progress shown. Without this script the form is a plain one.

const form = document.querySelector("[data-upload]");

function send(file) {
  const bar = form.querySelector("progress");
  const said = form.querySelector(".upload-progress [role=status]");
  const failed = form.querySelector(".upload-failed");
  const data = new FormData(form);
  data.set("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = (100 * event.loaded) / event.total;
    said.textContent = `${Math.floor(bar.value)} %`;
  });
  request.addEventListener("load", () => {
    if (request.status < 400) {
      window.location.assign(request.responseURL);
      return;
    }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const told = page.querySelector("[data-upload] .notice[role=alert]:not(.upload-failed) p");
    if (told) failed.querySelector("span").textContent = told.textContent;
    stop();
  });
  request.addEventListener("error", stop);
  failed.hidden = true;
  form.querySelector(".upload-progress").hidden = false;
  request.send(data);
}

function stop() {
  form.querySelector(".upload-progress").hidden = true;
  form.querySelector(".upload-failed").hidden = false;
  form.reset();
}

if (form) {
  form.querySelector("input[type=file]").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (file) send(file);
  });
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.dataset.over = "";
    });
  }
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => delete form.dataset.over);
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) send(file);
  });
}
