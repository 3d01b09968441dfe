#include "physics/scenarios/scenario.hpp"

int main()
{
    return syzygy::find_scenario("at-rest").make().state().sum() == 3 ? 0 : 1;
}
