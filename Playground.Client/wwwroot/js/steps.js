// The steps of one image's denoising, under it: a slider through those that are kept, which plays. Where the last step is chosen, the image
// itself is shown.
import { Player } from './player.js';

const KEPT = 128;

export class Steps {
  most = KEPT;
  #root;
  #changed;
  #address;
  #image = null;
  #frames = [];
  #at = 0;
  #shown = null;
  #player;

  /** changed(): another picture is to be shown; address(image, step, clean): where a step's picture is. */
  constructor(root, changed, address) {
    [this.#root, this.#changed, this.#address] = [root, changed, address];
    this.#player = new Player(this);
    this.#part('step').addEventListener('input', e => this.#seek(Number(e.target.value)));
    this.#part('clean').addEventListener('change', () => this.#show());
    this.#part('play').addEventListener('click', () => this.do('play'));
  }

  /** The image whose steps these are; null: none. */
  get image() {
    return this.#image;
  }

  /** What to show in place of the image; null: the image itself. */
  get picture() {
    return this.#shown;
  }

  /** The steps of another image, or of none. */
  lay(image, steps) {
    this.#player.clear();
    [this.#image, this.#frames, this.#shown] = [image, steps.map(step => ({ step })), null];
    this.#at = Math.max(0, steps.length - 1);
    this.#part('clean').checked = false;
    this.#render();
  }

  /** What a key asks for: back, on or play. */
  do(what) {
    if (this.#frames.length < 2) return;
    if (what !== 'play') this.#seek(this.#at + (what === 'on' ? 1 : -1));
    else if (this.#player.isPlaying) this.#player.stop();
    // From where it is, or from the first step where that is the last.
    else this.#player.play(this.#at === this.#frames.length - 1 ? 0 : this.#frames[this.#at].step);
  }

  get frames() {
    return this.#frames;
  }

  // The image itself is there already.
  key(frame) {
    return this.#isFinished(frame) ? null : `${frame.step}/${this.#isClean}`;
  }

  async load(frame) {
    if (this.#isFinished(frame)) return null;
    const picture = new Image();
    picture.src = this.#address(this.#image, frame.step, this.#isClean);
    await picture.decode();
    return picture;
  }

  draw(frame, picture) {
    this.#at = this.#frames.indexOf(frame);
    this.#shown = picture;
    this.#root.dataset.shows = frame.step;
    this.#render();
    this.#changed();
  }

  more() {
    return false;
  }

  changed() {
    this.#render();
  }

  #part = name => this.#root.querySelector(`[data-part=${name}]`);

  get #isClean() {
    return this.#part('clean').checked;
  }

  #isFinished(frame) {
    return frame === this.#frames.at(-1) && !this.#isClean;
  }

  #seek(at) {
    this.#player.stop();
    this.#at = Math.min(this.#frames.length - 1, Math.max(0, at));
    this.#show();
  }

  #show() {
    this.#render();
    this.#player.show(this.#frames[this.#at]);
  }

  #render() {
    const { dataset } = this.#root;
    this.#root.hidden = this.#frames.length < 2;
    dataset.playing = this.#player.isPlaying;
    if (this.#root.hidden) {
      delete dataset.shows;
      return;
    }
    const slider = this.#part('step');
    [slider.max, slider.value] = [this.#frames.length - 1, this.#at];
    const where = dataset.where.replace('{0}', this.#frames[this.#at].step).replace('{1}', this.#frames.at(-1).step);
    slider.setAttribute('aria-valuetext', where);
    this.#part('where').textContent = where;
    const play = this.#part('play');
    [play.ariaLabel, play.title] = this.#player.isPlaying ? [dataset.pause, dataset.pause] : [dataset.play, dataset.play];
  }
}
