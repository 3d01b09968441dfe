#pragma once

namespace syzygy::testing {

/// How much of the processors programs other than this test and its display took since construction. Times by the
/// clock on the wall say something about the Studio only where that is little.
class MachineLoad {
public:
    MachineLoad() : begin_(now()) {}
    /// 0..1 of all processors together.
    double of_others() const;
    bool is_quiet() const { return of_others() < 0.15; }

private:
    struct Ticks {
        double total = 0, busy = 0, own = 0;
    };
    static Ticks now();

    Ticks begin_;
};

}  // namespace syzygy::testing
