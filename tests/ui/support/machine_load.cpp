#include "tests/ui/support/machine_load.hpp"

#include "tests/ui/support/display.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include <unistd.h>

namespace syzygy::testing {
namespace {

/// User and system time of a process, in clock ticks (proc(5): fields 14 and 15, counted after the name).
double ticks_of(pid_t process)
{
    std::ifstream file(fmt::format("/proc/{}/stat", process));
    std::string line;
    std::getline(file, line);
    const auto name_end = line.rfind(')');
    if (name_end == std::string::npos) return 0;
    std::istringstream fields(line.substr(name_end + 1));
    std::string skipped;
    for (int k = 3; k < 14; ++k) fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    return user + system;
}

}  // namespace

MachineLoad::Ticks MachineLoad::now()
{
    Ticks ticks;
    std::ifstream file("/proc/stat");
    std::string name;
    file >> name;
    // user, nice, system, idle, iowait, irq, softirq, steal: all but idle and iowait is work.
    for (int k = 0; k < 8; ++k) {
        double value = 0;
        file >> value;
        ticks.total += value;
        if (k != 3 && k != 4) ticks.busy += value;
    }
    ticks.own = ticks_of(::getpid());
    if (display_server() > 0) ticks.own += ticks_of(display_server());
    return ticks;
}

double MachineLoad::of_others() const
{
    const Ticks end = now();
    const double total = end.total - begin_.total;
    if (total <= 0) return 0;
    return std::clamp((end.busy - begin_.busy - (end.own - begin_.own)) / total, 0.0, 1.0);
}

}  // namespace syzygy::testing
