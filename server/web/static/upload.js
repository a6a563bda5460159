// Says that a file is too large before it is sent; the server says it again.
"use strict";

document.addEventListener("change", (event) => {
  const input = event.target.closest("input[data-largest]");
  if (!input) return;
  const file = input.files[0];
  const large = file && file.size > Number(input.dataset.largest);
  const words = large ? input.dataset.tooLarge.replace("{size}", `${(file.size / 1048576).toFixed(1)} MB`) : "";
  const place = input.parentElement.querySelector("[data-file-problem]");
  input.setCustomValidity(words);
  input.classList.toggle("is-invalid", Boolean(words));
  place.textContent = words;
  place.classList.toggle("d-block", Boolean(words));
});
