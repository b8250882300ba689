/** A picture: four bytes a pixel. */
export interface Picture {
  data: Uint8Array
  width: number
  height: number
}

/** The square picture as a poor camera sees it: so many pixels wide, out of focus by so many pixels, and grey. */
export function photograph(
  picture: Picture,
  { width, blur }: { width: number; blur: number },
): Picture & { data: Buffer } {
  const data = Buffer.alloc(width * width * 4, 255)
  const scale = picture.width / width
  for (let y = 0; y < width; y++) {
    for (let x = 0; x < width; x++) {
      const light = lightAround(picture, { x: (x + 0.5) * scale, y: (y + 0.5) * scale, radius: blur * scale })
      data.fill(Math.round(40 + light * 0.75), (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  }
  return { data, width, height: width }
}

/** The mean of a square around a point. */
function lightAround(
  { data, width, height }: Picture,
  { x, y, radius }: { x: number; y: number; radius: number },
): number {
  let sum = 0
  let count = 0
  for (let row = Math.max(0, Math.floor(y - radius)); row <= Math.min(height - 1, y + radius); row++) {
    for (let column = Math.max(0, Math.floor(x - radius)); column <= Math.min(width - 1, x + radius); column++) {
      sum += data[(row * width + column) * 4] ?? 0
      count++
    }
  }
  return sum / count
}
