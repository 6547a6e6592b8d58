import { expect } from "chai";
import { containerMemory } from "../../../components/container-memory";

const settings = (shared_buffers: string, work_mem: string, maintenance_work_mem: string) => ({
  shared_buffers,
  work_mem,
  maintenance_work_mem,
});

describe("a container's memory", () => {
  it("grows with the bands' settings", () => {
    expect(containerMemory(settings("256MB", "64MB", "128MB"))).to.deep.equal({
      memory: 2560,
      shmSize: 640,
    });
    expect(containerMemory(settings("1GB", "128MB", "512MB"))).to.deep.equal({ memory: 5120, shmSize: 1536 });
    expect(containerMemory(settings("2GB", "256MB", "1GB"))).to.deep.equal({ memory: 9216, shmSize: 3072 });
  });

  it("leaves /dev/shm what engines give it anyway, however little the settings ask for", () => {
    expect(containerMemory(settings("128kB", "64kB", "1MB"))).to.deep.equal({ memory: 1153, shmSize: 64 });
  });
});
