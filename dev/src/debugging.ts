import type { Ports, Service } from './services.ts'

/** How a service waits for a debugger: beside its work, or before its first line. */
export type DebugMode = '--inspect' | '--inspect-wait'

const inspectFlag = /(^|\s)--inspect(?:-brk|-wait|-port)?(?:[=\s]\d\S*)?(?=\s|$)/g

/** What NODE_OPTIONS says without Node's own debugging flags: all services would want the one port that they name. */
export function withoutDebugging(nodeOptions: string): string {
  return nodeOptions.replace(inspectFlag, '').trim()
}

/** The mode that NODE_OPTIONS asks for, if it does. One that waits is not taken from there: the runner and npm would wait as well. */
export function debugModeIn(nodeOptions: string): DebugMode | null {
  return nodeOptions.match(inspectFlag) ? '--inspect' : null
}

/** The port of a service's debugger: 9230 for the gateway, 9231 and up for the subgraphs, in the order of their ports. */
export function debuggerPort(ports: Ports, service: Service): number {
  return ports[`${service.name} debugger`] ?? service.port + 6_230
}

/** The NODE_OPTIONS of a service that can be debugged. */
export function debugOptions(mode: DebugMode, port: number, nodeOptions = ''): string {
  return `${nodeOptions} ${mode}=127.0.0.1:${port}`.trim()
}
