#include "physics/observations/loaders.hpp"

using namespace syzygy;

int main()
{
    State y = State::LinSpaced(18, 1, 18), derivative;
    if (find_observable("height").differentiate(y, 1, derivative) != 36 || derivative[5] != 12 || derivative.sum() != 12) return 1;
    // Its columns are read without a word more.
    const SourceText text{"a.csv", "t,zz2:Keck,szz2:Keck\n0,4,0.5\n1,9,0.5\n"};
    const Observations read = parse_observations({&text, 1});
    return read.series.size() == 1 && read.series[0].observable == &find_observable("height") && read.series[0].values[1] == 9 ? 0 : 2;
}
