// Reads the arguments of one call from a file and writes what it gave to another; see selfdebug.execution.calls.values.
(() => {
  const files = require('fs');
  const words = files.readFileSync('arguments', 'utf8').trim().split(/\s+/);
  let place = 1;
  const bits = new DataView(new ArrayBuffer(8));
  const take = () => {
    const letter = words[place++];
    if (letter === 'n') return null;
    const word = words[place++];
    if (letter === 'b') return word === '1';
    if (letter === 'i') return Number.isSafeInteger(Number(word)) ? Number(word) : BigInt(word);
    if (letter === 'd') {
      bits.setBigUint64(0, BigInt('0x' + word));
      return bits.getFloat64(0);
    }
    if (letter === 's') return Buffer.from(word.slice(1), 'hex').toString('utf8');
    const count = Number(word);
    if (letter === 'm') {
      const entries = Array.from({ length: count }, () => [take(), take()]);
      return PLAIN_MAPS ? Object.fromEntries(entries) : new Map(entries);
    }
    const items = Array.from({ length: count }, take);
    return letter === 'e' ? new Set(items) : items;
  };
  const result = [];
  const put = (value) => {
    if (value === null || value === undefined) result.push('n');
    else if (typeof value === 'boolean') result.push('b', value ? '1' : '0');
    else if (typeof value === 'bigint' || Number.isSafeInteger(value)) result.push('i', String(value));
    else if (typeof value === 'number') {
      bits.setFloat64(0, value);
      result.push('d', bits.getBigUint64(0).toString(16).padStart(16, '0'));
    } else if (typeof value === 'string') result.push('s', 'x' + Buffer.from(value, 'utf8').toString('hex'));
    else if (Array.isArray(value) || ArrayBuffer.isView(value)) {
      result.push('l', String(value.length));
      for (let i = 0; i < value.length; i++) put(value[i]);
    } else if (value instanceof Set) {
      result.push('e', String(value.size));
      value.forEach(put);
    } else if (value instanceof Map || Object.getPrototypeOf(value) === Object.prototype) {
      const entries = value instanceof Map ? [...value] : Object.entries(value);
      result.push('m', String(entries.length));
      entries.forEach(([key, item]) => { put(key); put(item); });
    } else throw new TypeError(`returned a ${typeof value} ${value.constructor?.name ?? ''}, which tests cannot compare`);
  };
  const given = Array.from({ length: ARITY }, take);
  const shown = (key, item) =>
    typeof item === 'bigint' ? String(item) : item instanceof Set || item instanceof Map ? [...item] : item;
  const before = JSON.stringify(given, shown);
  const value = CALLED(...given);
  const after = JSON.stringify(given, shown);
  // What a procedure changed counts; one that changed nothing and returns a value meant that.
  const instead = value !== undefined && before === after;
  if (RETURNS || CHANGED.length === 0 || instead) put(value);
  if (RETURNS || !instead) CHANGED.forEach((index) => put(given[index]));
  files.writeFileSync('result', result.join(' ') + ' end\n');
})();
