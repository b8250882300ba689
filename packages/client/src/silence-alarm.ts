/** The gateway says something every ten seconds. */
export const defaultSilenceMs = 35_000

/** Rings, once, when nothing was heard for so long. */
export interface SilenceAlarm {
  reset: () => void
  hasRung: () => boolean
  end: () => void
}

/** Starts to listen for silence. */
export function createSilenceAlarm(ms: number, onSilence: () => void): SilenceAlarm {
  let hasRung = false
  const ring = (): void => {
    hasRung = true
    onSilence()
  }
  let timer = setTimeout(ring, ms)
  return {
    reset: () => {
      clearTimeout(timer)
      timer = setTimeout(ring, ms)
    },
    hasRung: () => hasRung,
    end: () => clearTimeout(timer),
  }
}
