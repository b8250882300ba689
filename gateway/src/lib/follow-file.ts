import { watch } from 'node:fs'
import { basename, dirname } from 'node:path'

const settleMs = 100

/**
 * Calls back shortly after a file, or one of `others` in the same folder, has changed. Watches the folder, because editors and Kubernetes
 * replace files by renaming. Returns the function that stops it.
 */
export function followFile(file: string, others: readonly string[], changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const names = new Set([basename(file), '..data', ...others])
  const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
    if (name !== null && !names.has(name)) return
    clearTimeout(timer)
    timer = setTimeout(changed, settleMs)
  })
  return () => {
    clearTimeout(timer)
    watcher.close()
  }
}
