/** Where the runner says what it does: a console, or nowhere. */
export interface Reporter {
  /** Something that was begun came to its good end. */
  done: (text: string) => void
  /** A line of the runner's own. */
  line: (text: string) => void
  /** Something a person should look at. `who` is the process it is about. */
  warn: (who: string, text: string) => void
}

/** Says nothing: for tests that look at results. */
export const silent: Reporter = { done: () => undefined, line: () => undefined, warn: () => undefined }

/** Writes to the console, with the seconds since the start; in colour on a terminal. */
export function consoleReporter(startedAt: number): Reporter {
  const paint = (code: number, text: string) => (process.stdout.isTTY ? `\u001b[${code}m${text}\u001b[0m` : text)
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`.padStart(7)
  return {
    done: (text) => console.log(`${paint(2, seconds())}  ${paint(32, '✓')} ${text}`),
    line: (text) => console.log(text),
    warn: (who, text) =>
      console.error(`${paint(33, who.padStart(12))} │ ${text.replaceAll('\n', `\n${' '.repeat(12)} │ `)}`),
  }
}
