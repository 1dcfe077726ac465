/** JSON answers that keep params as they were written; `c.json` would round their numbers. */
import type { Context, TypedResponse } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { JSONParsed } from 'hono/utils/types';
import { writeJson } from '../../core/json/write.ts';
import type { ApiEnv } from '../services.ts';
import { JSON_TYPE } from './route-options.ts';

export function answer<T, Status extends ContentfulStatusCode>(
  c: Context<ApiEnv>,
  value: T,
  status: Status,
): Response & TypedResponse<JSONParsed<T>, Status, 'json'> {
  const response = c.body(writeJson(value), status, { 'content-type': JSON_TYPE });
  return response as unknown as Response & TypedResponse<JSONParsed<T>, Status, 'json'>;
}
