// On a shared image: the slider goes through the steps of its denoising, and plays them. Without this script the page shows the finished
// image.
import { Steps } from './steps.js';

const scrubber = document.getElementById('scrubber');
const image = document.getElementById('image');
const finished = image.src;

const steps = new Steps(scrubber, () => image.src = steps.picture?.src ?? finished,
  (_, step, clean) => `${scrubber.dataset.frames}/${step}?clean=${clean}`);
steps.lay(finished, scrubber.dataset.steps.split(' ').map(Number));
