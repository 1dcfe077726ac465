/** The connections of one hub, indexed by group and by user. */
import type { Connection } from './sockets/connection.ts';

const NONE: ReadonlyMap<string, Connection> = new Map();

/** Adds to, or removes from, a map of maps, and keeps no empty ones. */
function put(index: Map<string, Map<string, Connection>>, key: string, connection: Connection) {
  const members = index.get(key) ?? new Map<string, Connection>();
  index.set(key, members.set(connection.id, connection));
}

function remove(index: Map<string, Map<string, Connection>>, key: string, connection: Connection) {
  const members = index.get(key);
  members?.delete(connection.id);
  if (members?.size === 0) index.delete(key);
}

export class Hub {
  readonly #connections = new Map<string, Connection>();
  readonly #groups = new Map<string, Map<string, Connection>>();
  readonly #users = new Map<string, Map<string, Connection>>();

  get connections(): ReadonlyMap<string, Connection> {
    return this.#connections;
  }

  group(name: string): ReadonlyMap<string, Connection> {
    return this.#groups.get(name) ?? NONE;
  }

  user(id: string): ReadonlyMap<string, Connection> {
    return this.#users.get(id) ?? NONE;
  }

  add(connection: Connection, groups: readonly string[]): void {
    this.#connections.set(connection.id, connection);
    if (connection.userId !== undefined) put(this.#users, connection.userId, connection);
    for (const group of groups) this.join(connection, group);
  }

  remove(connection: Connection): void {
    this.leaveAll(connection);
    this.#connections.delete(connection.id);
    if (connection.userId !== undefined) remove(this.#users, connection.userId, connection);
  }

  join(connection: Connection, group: string): void {
    connection.groups.add(group);
    put(this.#groups, group, connection);
  }

  leave(connection: Connection, group: string): void {
    connection.groups.delete(group);
    remove(this.#groups, group, connection);
  }

  leaveAll(connection: Connection): void {
    for (const group of connection.groups) this.leave(connection, group);
  }
}
