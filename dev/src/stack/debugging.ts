import type { Ports, Service } from './services.ts'

/** `--inspect` accepts a debugger at any time; `--inspect-wait` waits for one before the first line. */
export type DebugMode = '--inspect' | '--inspect-wait'

const inspectFlag = /(^|\s)--inspect(?:-brk|-wait|-port)?(?:[=\s]\d\S*)?(?=\s|$)/g

/** NODE_OPTIONS without Node's debugging flags: all services would use the one port that they name. */
export function withoutDebugging(nodeOptions: string): string {
  return nodeOptions.replace(inspectFlag, '').trim()
}

/** The mode that NODE_OPTIONS requests, if any. Never `--inspect-wait`: the runner and npm would wait as well. */
export function debugModeIn(nodeOptions: string): DebugMode | null {
  return nodeOptions.match(inspectFlag) ? '--inspect' : null
}

/** The port of a service's debugger: 9230 for the gateway, 9231 and up for the subgraphs, in the order of their ports. */
export function debuggerPort(ports: Ports, service: Service): number {
  return ports[`${service.name} debugger`] ?? service.port + 6_230
}

/** NODE_OPTIONS for a service with a debugger. */
export function debugOptions(mode: DebugMode, port: number, nodeOptions = ''): string {
  return `${nodeOptions} ${mode}=127.0.0.1:${port}`.trim()
}
