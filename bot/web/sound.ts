import { createStore } from './store.ts';

const store = createStore('anshin.');

/** Whether a new message may be heard; off until the customer wants it. */
export function soundOn(): boolean {
  return store.get('sound') === 'on';
}

/** Switches it and says how it stands now; switching on is heard at once. */
export function switchSound(): boolean {
  store.set('sound', soundOn() ? 'off' : 'on');
  chime();
  return soundOn();
}

/** Two soft tones, when the customer wants them. No file is loaded for it. */
export function chime(): void {
  if (!soundOn() || !('AudioContext' in globalThis)) return;
  const audio = new AudioContext();
  const volume = audio.createGain();
  volume.gain.value = 0.04;
  volume.connect(audio.destination);
  for (const [i, hertz] of [660, 880].entries()) {
    const tone = audio.createOscillator();
    tone.frequency.value = hertz;
    tone.connect(volume);
    tone.start(audio.currentTime + i * 0.12);
    tone.stop(audio.currentTime + i * 0.12 + 0.1);
  }
  setTimeout(() => void audio.close(), 600);
}
