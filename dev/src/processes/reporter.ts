/** Reports the progress of the runner. */
export interface Reporter {
  /** A step succeeded. */
  done: (text: string) => void
  /** A plain line. */
  line: (text: string) => void
  /** Information about a process. */
  note: (who: string, text: string) => void
  /** A warning about the process `who`. */
  warn: (who: string, text: string) => void
  /** Awaits `work` and returns its result. After some seconds without output, the console lists what is waited for. */
  during: <T>(what: string | (() => string), work: Promise<T>) => Promise<T>
}

/** Reports nothing. */
export const silentReporter: Reporter = {
  done: () => undefined,
  line: () => undefined,
  note: () => undefined,
  warn: () => undefined,
  during: (_what, work) => work,
}

/** The output of a console reporter. */
export interface Console {
  log: (text: string) => void
  error: (text: string) => void
  isColoured: boolean
}

const terminal: Console = {
  log: (text) => console.log(text),
  error: (text) => console.error(text),
  isColoured: process.stdout.isTTY,
}

/** Maximum time without output while something is waited for. */
const silenceMs = 4_000

/** Reports to the console with the seconds since the start, in colour on a terminal. */
export function consoleReporter(startedAt: number, out: Console = terminal): Reporter {
  const paint = (code: number, text: string) => (out.isColoured ? `\u001b[${code}m${text}\u001b[0m` : text)
  const seconds = () => paint(2, `${((Date.now() - startedAt) / 1000).toFixed(1)} s`.padStart(7))
  const indent = (text: string) => text.replaceAll('\n', `\n${' '.repeat(12)} │ `)
  const waiting = trackWaiting((text) => out.log(`${seconds()}  … ${text}`))
  const resetTimer =
    <A extends unknown[]>(write: (...args: A) => void) =>
    (...args: A) => {
      waiting.restart()
      write(...args)
    }
  return {
    done: resetTimer((text: string) => out.log(`${seconds()}  ${paint(32, '✓')} ${text}`)),
    line: resetTimer((text: string) => out.log(text)),
    note: resetTimer((who: string, text: string) => out.log(`${paint(36, who.padStart(12))} │ ${indent(text)}`)),
    warn: resetTimer((who: string, text: string) => out.error(`${paint(33, who.padStart(12))} │ ${indent(text)}`)),
    during: waiting.during,
  }
}

/** Lists what is waited for after `silenceMs` without output. */
function trackWaiting(print: (text: string) => void) {
  const open = new Map<symbol, { what: () => string; since: number }>()
  const timer = setInterval(() => {
    if (open.size > 0) print(describe([...open.values()]))
  }, silenceMs).unref()
  return {
    restart: () => timer.refresh(),
    async during<T>(what: string | (() => string), work: Promise<T>): Promise<T> {
      const key = Symbol()
      open.set(key, { what: typeof what === 'string' ? () => what : what, since: Date.now() })
      try {
        return await work
      } finally {
        open.delete(key)
      }
    },
  }
}

function describe(open: readonly { what: () => string; since: number }[]): string {
  const [first, second, third, ...more] = open.map(
    ({ what, since }) => `${what()} (${Math.round((Date.now() - since) / 1000)} s)`,
  )
  const named = [first, second, third].filter(Boolean).join(', ')
  return more.length > 0 ? `${named} and ${more.length} more` : named
}
