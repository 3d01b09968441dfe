#include "ui/worker/priority.hpp"

#ifdef __linux__
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace syzygy {

void give_way_to_the_window()
{
#ifdef __linux__
    // There a thread has a priority of its own. It gets a third of what the window gets where both want to run.
    constexpr int nicer = 5;
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), nicer);
#endif
}

}  // namespace syzygy
