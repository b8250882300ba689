/** Where the runner says what it does: a console, or nowhere. */
export interface Reporter {
  /** Something that was begun came to its good end. */
  done: (text: string) => void
  /** A line of the runner's own. */
  line: (text: string) => void
  /** News of a process that needs nobody. */
  note: (who: string, text: string) => void
  /** Something a person should look at. `who` is the process it is about. */
  warn: (who: string, text: string) => void
  /** What `work` gives. A console names it for as long as it is waited for, whenever nothing else was said for some seconds. */
  during: <T>(what: string | (() => string), work: Promise<T>) => Promise<T>
}

/** Says nothing: for tests that look at results. */
export const silent: Reporter = {
  done: () => undefined,
  line: () => undefined,
  note: () => undefined,
  warn: () => undefined,
  during: (_what, work) => work,
}

/** Where the lines of a console reporter go. */
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

/** How long the console may be silent while something is waited for. */
const silenceMs = 4_000

/** Writes to the console, with the seconds since the start; in colour on a terminal. */
export function consoleReporter(startedAt: number, out: Console = terminal): Reporter {
  const paint = (code: number, text: string) => (out.isColoured ? `\u001b[${code}m${text}\u001b[0m` : text)
  const seconds = () => paint(2, `${((Date.now() - startedAt) / 1000).toFixed(1)} s`.padStart(7))
  const beside = (text: string) => text.replaceAll('\n', `\n${' '.repeat(12)} │ `)
  const waiting = trackWaiting((text) => out.log(`${seconds()}  … ${text}`))
  const spoken =
    <A extends unknown[]>(write: (...args: A) => void) =>
    (...args: A) => {
      waiting.restart()
      write(...args)
    }
  return {
    done: spoken((text: string) => out.log(`${seconds()}  ${paint(32, '✓')} ${text}`)),
    line: spoken((text: string) => out.log(text)),
    note: spoken((who: string, text: string) => out.log(`${paint(36, who.padStart(12))} │ ${beside(text)}`)),
    warn: spoken((who: string, text: string) => out.error(`${paint(33, who.padStart(12))} │ ${beside(text)}`)),
    during: waiting.during,
  }
}

/** Says what is waited for after every silence, until somebody else speaks or nothing is waited for. */
function trackWaiting(say: (text: string) => void) {
  const open = new Map<symbol, { what: () => string; since: number }>()
  const timer = setInterval(() => {
    if (open.size > 0) say(describe([...open.values()]))
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
