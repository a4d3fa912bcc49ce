/** The models that both the Models page and Setup offer, in half precision, as both programs run them; `bytes` is the download. */
export const RECOMMENDED = [
  {
    label: 'SDXL base 1.0',
    id: 'stabilityai/stable-diffusion-xl-base-1.0:fp16',
    bytes: 7.0 * 1024 ** 3,
    why: 'High quality · 1024 px',
  },
  {
    label: 'Stable Diffusion 1.5',
    id: 'stable-diffusion-v1-5/stable-diffusion-v1-5:fp16',
    bytes: 2.6 * 1024 ** 3,
    why: 'Fast · 512 px',
  },
] as const;
