import { expect, test } from 'vitest';
import { clientAddress, networkOf } from '../../../src/core/access/address/client-address.ts';

test.each([
  [undefined, 'unknown', 'unknown'],
  ['', 'unknown', 'unknown'],
  ['203.0.113.9', '203.0.113.9', '203.0.113.9'],
  ['203.0.113.9:51234', '203.0.113.9', '203.0.113.9'],
  // What stands before the last one is the caller's own word.
  ['10.0.0.1, 203.0.113.9:51234', '203.0.113.9', '203.0.113.9'],
  ['203.0.113.9:51234, x"\nforged', 'unknown', 'unknown'],
  ['[2001:DB8:0:7::1]:443', '2001:db8:0:7::1', '2001:db8:0:7::/64'],
  ['2001:db8:0:7:ffff:1:2:3', '2001:db8:0:7:ffff:1:2:3', '2001:db8:0:7::/64'],
  ['2001:db8::1', '2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:0db8:0000:0000::2', '2001:0db8:0000:0000::2', '2001:db8:0:0::/64'],
  ['::1', '::1', '0:0:0:0::/64'],
  ['::ffff:203.0.113.9', '::ffff:203.0.113.9', '203.0.113.9'],
])('X-Forwarded-For %j is from %s, counted as %s', (header, address, network) => {
  expect(clientAddress(header)).toBe(address);
  expect(networkOf(address)).toBe(network);
});
