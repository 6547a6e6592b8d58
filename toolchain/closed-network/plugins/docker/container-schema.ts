import type { Property, Schema } from "../resource-type";
import type { Properties, Value } from "../values";
import type { Label } from "./engine";
import { labels } from "./schema";

export interface Port extends Record<string, Value> {
  internal: number;
  external: number | null;
  ip: string;
  protocol: string;
}

export interface Healthcheck extends Record<string, Value> {
  tests: string[];
  interval: string;
  timeout: string;
  startPeriod: string;
  startInterval: string;
  retries: number;
}

export interface Volume extends Record<string, Value> {
  containerPath: string;
  hostPath: string;
  volumeName: string;
  readOnly: boolean;
}

export interface Network extends Record<string, Value> {
  name: string;
  aliases: string[];
}

/** The complete wanted state of a container, with the properties that this plugin supports. */
export interface Container extends Properties {
  name: string;
  image: string;
  command: string[] | null;
  entrypoints: string[] | null;
  envs: string[] | null;
  hostname: string | null;
  labels: Label[] | null;
  healthcheck: Healthcheck | null;
  ports: Port[];
  volumes: Volume[];
  networkMode: string;
  networksAdvanced: Network[];
  /** The memory limit, in MB. */
  memory: number;
  memoryReservation: number;
  /** The limit of memory and swap together, in MB. It is -1 for no limit. */
  memorySwap: number;
  shmSize: number | null;
  cpuShares: number;
  cpuSet: string;
  init: boolean | null;
  logDriver: string | null;
  logOpts: Record<string, string>;
  restart: string;
  maxRetryCount: number;
  stopSignal: string | null;
  stopTimeout: number | null;
  destroyGraceSeconds: number | null;
  removeVolumes: boolean;
  start: boolean;
  mustRun: boolean;
  wait: boolean;
  waitTimeout: number;
}

const replaces = true;
const text: Property = { type: "string", default: "" };
const flag: Property = { type: "boolean", default: false };
const count: Property = { type: "number", default: 0 };
const decided = (type: Property["type"]): Property => ({ type, computed: true, replaces });
/** A property that only the official plugin supports, with the value that means that it is not used. */
const without = (value: Property["default"] = null): Property => ({
  type: "string",
  readonly: true,
  default: value,
});
const output: Property = { type: "string", readonly: true, computed: true };

export const containerSchema: Schema = {
  name: { type: "string", required: true, replaces },
  image: { type: "string", required: true, replaces },
  command: decided("list"),
  entrypoints: decided("list"),
  envs: decided("set"),
  hostname: decided("string"),
  labels: { ...labels, computed: true },
  healthcheck: {
    type: "object",
    computed: true,
    fields: {
      tests: { type: "list", default: [] },
      interval: { type: "string", default: "0s" },
      timeout: { type: "string", default: "0s" },
      startPeriod: { type: "string", default: "0s" },
      startInterval: { type: "string", default: "0s" },
      retries: count,
    },
  },
  ports: {
    type: "list",
    default: [],
    replaces,
    fields: {
      internal: { type: "number", required: true },
      external: { type: "number", computed: true },
      ip: { type: "string", default: "0.0.0.0" },
      protocol: { type: "string", default: "tcp" },
    },
  },
  volumes: {
    type: "set",
    default: [],
    replaces,
    fields: {
      containerPath: text,
      hostPath: text,
      volumeName: text,
      readOnly: flag,
      fromContainer: without(""),
      selinuxRelabel: without(""),
    },
  },
  networkMode: { type: "string", default: "bridge", replaces },
  networksAdvanced: {
    type: "set",
    default: [],
    replaces,
    fields: {
      name: { type: "string", required: true },
      aliases: { type: "set", default: [] },
      ipv4Address: without(""),
      ipv6Address: without(""),
      macAddress: without(""),
      linkLocalIps: without([]),
      driverOpts: without([]),
      gwPriority: without(0),
    },
  },
  memory: count,
  memoryReservation: count,
  memorySwap: count,
  shmSize: decided("number"),
  cpuShares: count,
  cpuSet: text,
  init: { type: "boolean", computed: true },
  logDriver: decided("string"),
  logOpts: { type: "map", default: {}, replaces },
  restart: { type: "string", default: "no" },
  maxRetryCount: count,
  stopSignal: decided("string"),
  stopTimeout: decided("number"),
  destroyGraceSeconds: { type: "number" },
  removeVolumes: { type: "boolean", default: true },
  start: { type: "boolean", default: true },
  mustRun: { type: "boolean", default: true },
  wait: flag,
  waitTimeout: { type: "number", default: 60 },
  containerReadRefreshTimeoutMilliseconds: { type: "number", default: 15_000 },

  bridge: output,
  containerLogs: output,
  exitCode: output,
  networkDatas: output,
  ipcMode: output,
  platform: output,
  runtime: output,
  securityOpts: output,

  attach: without(false),
  logs: without(false),
  privileged: without(false),
  rm: without(false),
  publishAllPorts: without(false),
  readOnly: without(false),
  stdinOpen: without(false),
  tty: without(false),
  domainname: without(""),
  user: without(""),
  usernsMode: without(""),
  workingDir: without(""),
  capabilities: without(),
  cgroupParent: without(),
  cgroupnsMode: without(),
  cpuPeriod: without(),
  cpuQuota: without(),
  cpus: without(),
  gpus: without(),
  pidMode: without(),
  deviceReadBps: without([]),
  deviceReadIops: without([]),
  deviceRequests: without([]),
  deviceWriteBps: without([]),
  deviceWriteIops: without([]),
  devices: without([]),
  dns: without([]),
  dnsOpts: without([]),
  dnsSearches: without([]),
  groupAdds: without([]),
  hosts: without([]),
  mounts: without([]),
  ulimits: without([]),
  uploads: without([]),
  storageOpts: without({}),
  sysctls: without({}),
  tmpfs: without({}),
};
