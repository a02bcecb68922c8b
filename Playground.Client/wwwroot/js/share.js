// On a shared image: the slider goes through the steps of its denoising. Without this script the page shows the finished image.
const scrubber = document.getElementById('scrubber');
const image = document.getElementById('image');
const slider = document.getElementById('step');
const clean = document.getElementById('clean');
const steps = scrubber.dataset.steps.split(' ').map(Number);
const finished = image.src;
let shown = 0;

scrubber.hidden = false;
slider.addEventListener('input', show);
clean.addEventListener('change', show);
scrubber.querySelector('output').textContent = `${steps.at(-1)}`;

// The newest wish wins: a frame that comes late is not shown.
async function show() {
  const mine = ++shown;
  const at = Number(slider.value);
  scrubber.querySelector('output').textContent = `${steps[at]}`;
  const address = at === steps.length - 1 && !clean.checked ? finished : `${scrubber.dataset.frames}/${steps[at]}?clean=${clean.checked}`;
  const next = new Image();
  next.src = address;
  try {
    await next.decode();
  } catch {
    return;
  }
  if (mine === shown) image.src = address;
}
