import type { FetchNode, PlanNode } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import { compileFetch } from './compile-fetch.ts'
import { findContended } from './find-contended.ts'
import type { Contended } from './merge.ts'
import { getOwn } from './own.ts'
import type { Path, Run, Send, Step } from './run.ts'

/** What a plan is compiled for. */
export interface PlanSurroundings {
  /** The supergraph's schema, with what clients do not see. */
  schema: GraphQLSchema
  sendTo: (subgraph: string) => Send
  /** The operation's variables that have a default value. */
  defaults: Readonly<Record<string, unknown>>
}

interface Compiling extends PlanSurroundings {
  contended: ReadonlyMap<FetchNode, Contended>
}

/** Compiles what the planner planned into one step. @throws for `Defer`, which the planner is not told to plan */
export function compilePlan(surroundings: PlanSurroundings, root: PlanNode | undefined): Step {
  if (!root) return () => undefined
  return compileNode({ ...surroundings, contended: findContended(root) }, root, [])
}

function compileNode(compiling: Compiling, node: PlanNode, path: Path): Step {
  switch (node.kind) {
    case 'Fetch':
      return compileFetch(compiling, { fetch: node, path, contended: compiling.contended.get(node) ?? 'all' })
    case 'Flatten':
      return compileNode(compiling, node.node, [...path, ...node.path])
    case 'Sequence':
      return inSequence(node.nodes.map((child) => compileNode(compiling, child, path)))
    case 'Parallel':
      return inParallel(node.nodes.map((child) => compileNode(compiling, child, path)))
    case 'Condition':
      return onCondition(compiling, node.condition, {
        yes: node.ifClause && compileNode(compiling, node.ifClause, path),
        no: node.elseClause && compileNode(compiling, node.elseClause, path),
      })
    case 'Defer':
      throw new Error('@defer is not supported')
  }
}

function inSequence(steps: readonly Step[]): Step {
  return async (run) => {
    for (const step of steps) {
      const waiting = step(run)
      if (waiting) await waiting
    }
  }
}

function inParallel(steps: readonly Step[]): Step {
  return (run) => {
    const waiting: Promise<void>[] = []
    for (const step of steps) {
      const started = step(run)
      if (started) waiting.push(started)
    }
    if (waiting.length < 2) return waiting[0]
    return Promise.all(waiting).then(() => undefined)
  }
}

function onCondition(
  { defaults }: Compiling,
  variable: string,
  { yes, no }: { yes: Step | undefined; no: Step | undefined },
): Step {
  return (run: Run) => {
    const given = getOwn(run.variables as Record<string, unknown>, variable)
    const branch = (given === undefined ? defaults[variable] : given) === true ? yes : no
    return branch?.(run)
  }
}
