import type { Log } from '@tikitu/kit/base/log'
import type { SubgraphAccess } from '../subgraph-access.ts'
import { type AccessDirectory, createAccessDirectory } from './access-directory.ts'
import { type AccessSource, createAccessSource } from './access-source.ts'

/** The subgraphs that own rights. */
export interface Rights {
  /** The subgraph that owns accounts. */
  accounts: string
  /** The subgraph that owns staff roles. */
  staff: string
}

interface DirectoryPlace {
  rights: Rights | null
  locations: readonly { name: string; url: string }[]
  accessOf: (name: string) => SubgraphAccess
  log: Log
}

/** Creates the directory from the subgraphs that own rights; null for a supergraph without them. */
export function openDirectory({ rights, locations, accessOf, log }: DirectoryPlace): AccessDirectory | null {
  const sourceOf = (name: string | undefined): AccessSource | null => {
    const place = locations.find((each) => each.name === name)
    return place
      ? createAccessSource({ name: place.name, url: new URL(place.url).origin, keys: accessOf(place.name).keys })
      : null
  }
  const [accounts, staff] = [sourceOf(rights?.accounts), sourceOf(rights?.staff)]
  return accounts && staff ? createAccessDirectory({ accounts, staff, now: Date.now, log }) : null
}
