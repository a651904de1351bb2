#include "decode/cpu_cores.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace surecall {
namespace {

uint32_t hardware_threads() { return std::max(1u, std::thread::hardware_concurrency()); }

#if defined(__linux__)

// Hyperthreads of one core name the same list of siblings.
uint32_t distinct_cores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return hardware_threads();
  std::set<std::string> cores;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    std::ifstream in("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list");
    std::string siblings;
    if (!std::getline(in, siblings)) siblings = std::to_string(cpu);
    cores.insert(siblings);
  }
  return std::max<uint32_t>(1, static_cast<uint32_t>(cores.size()));
}

// Containers are given a share of time rather than cores: "QUOTA PERIOD" (cgroup 2) or two files (cgroup 1).
uint32_t quota_cores() {
  double quota = 0, period = 0;
  if (std::ifstream v2("/sys/fs/cgroup/cpu.max"); !(v2 >> quota >> period)) {
    std::ifstream v1_quota("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
        v1_period("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
    if (!(v1_quota >> quota) || !(v1_period >> period)) return UINT32_MAX;
  }
  if (quota <= 0 || period <= 0) return UINT32_MAX;
  return static_cast<uint32_t>(std::max(1.0, quota / period));
}

#endif

uint32_t count_cores() {
#if defined(__linux__)
  return std::min(distinct_cores(), quota_cores());
#elif defined(__APPLE__)
  // Performance cores where there are two kinds: a slow core holds all others up at every barrier.
  for (const char* name : {"hw.perflevel0.physicalcpu", "hw.physicalcpu"}) {
    int cores = 0;
    size_t size = sizeof cores;
    if (sysctlbyname(name, &cores, &size, nullptr, 0) == 0 && cores > 0) return static_cast<uint32_t>(cores);
  }
  return hardware_threads();
#else
  return std::max(1u, hardware_threads() / 2);
#endif
}

}  // namespace

uint32_t physical_cores() {
  static const uint32_t cores = count_cores();
  return cores;
}

}  // namespace surecall
