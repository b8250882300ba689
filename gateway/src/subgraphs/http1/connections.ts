import { type Connection, openConnection, type PendingRequest } from './connection.ts'

export interface ConnectionsOptions {
  host: string
  port: number
  /** How many are open at most; further requests wait. */
  most: number
  connectTimeoutMs: number
  /** Closed when it was not used for so long: before the other side does it. */
  idleMs: number
  maxAnswerBytes: number
}

/** Connections to one subgraph that stay open. */
export interface Connections {
  /** Sends a whole request: a string has one byte for each character. The function it gives ends it early, with that error. */
  send: (request: string | Buffer, waiting: PendingRequest) => (error: Error) => void
  counts: () => { open: number; idle: number; waiting: number }
  close: () => void
}

interface Pool {
  options: ConnectionsOptions
  open: Set<Slot>
  idle: Slot[]
  queue: Task[]
  isClosed: boolean
}

interface Slot {
  connection: Connection
  hasOpened: boolean
  idleSince: number
}

interface Task {
  request: string | Buffer
  waiting: PendingRequest
  /** What it is sent on, once it is. */
  slot: Slot | null
  isOver: boolean
}

/** A pool of connections. The one used last is used next, so that those in excess fall idle and are closed. */
export function createConnections(options: ConnectionsOptions): Connections {
  const pool: Pool = { options, open: new Set(), idle: [], queue: [], isClosed: false }
  const sweep = setInterval(() => closeIdle(pool), options.idleMs / 4).unref()
  return {
    send: (request, waiting) => {
      const task: Task = { request, waiting, slot: null, isOver: false }
      start(pool, task)
      return (error) => abort(task, error)
    },
    counts: () => ({ open: pool.open.size, idle: pool.idle.length, waiting: pool.queue.length }),
    close: () => {
      pool.isClosed = true
      clearInterval(sweep)
      failWaiting(pool, new Error('the connections were closed'))
      for (const { connection } of pool.open) connection.destroy()
    },
  }
}

function start(pool: Pool, task: Task): void {
  const slot = pool.idle.pop()
  if (slot) return run(slot, task)
  pool.queue.push(task)
  addWhenWanted(pool)
}

function run(slot: Slot, task: Task): void {
  task.slot = slot
  slot.connection.send(task.request, {
    resolve: (answer) => {
      if (end(task)) task.waiting.resolve(answer)
    },
    reject: (error) => {
      if (end(task)) task.waiting.reject(error)
    },
  })
}

/** Whether it was not over yet. */
function end(task: Task): boolean {
  const wasRunning = !task.isOver
  task.isOver = true
  return wasRunning
}

function abort(task: Task, error: Error): void {
  if (!end(task)) return
  task.waiting.reject(error)
  task.slot?.connection.destroy(error)
}

function free(pool: Pool, slot: Slot): void {
  slot.hasOpened = true
  const task = nextTask(pool)
  if (task) return run(slot, task)
  slot.idleSince = Date.now()
  pool.idle.push(slot)
}

function nextTask({ queue }: Pool): Task | undefined {
  let task = queue.shift()
  while (task?.isOver) task = queue.shift()
  return task
}

/** One more connection for what waits, unless there are as many as may be. */
function addWhenWanted(pool: Pool): void {
  if (pool.isClosed || pool.open.size >= pool.options.most || pool.queue.length === 0) return
  const connection = openConnection({
    ...pool.options,
    onFree: () => free(pool, slot),
    onClose: (error) => drop(pool, slot, error),
  })
  const slot: Slot = { connection, hasOpened: false, idleSince: 0 }
  pool.open.add(slot)
}

/** When the last hope for those who wait could not be opened, they are told at once: queueing them longer would help nobody. */
function drop(pool: Pool, slot: Slot, error: Error): void {
  pool.open.delete(slot)
  const at = pool.idle.indexOf(slot)
  if (at !== -1) pool.idle.splice(at, 1)
  if (slot.hasOpened) addWhenWanted(pool)
  else if (pool.open.size === 0) failWaiting(pool, error)
}

function failWaiting(pool: Pool, error: Error): void {
  for (let task = nextTask(pool); task; task = nextTask(pool)) if (end(task)) task.waiting.reject(error)
}

function closeIdle({ idle, options }: Pool): void {
  const limit = Date.now() - options.idleMs
  for (const slot of idle.filter(({ idleSince }) => idleSince < limit)) slot.connection.destroy()
}
