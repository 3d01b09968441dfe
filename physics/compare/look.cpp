#include "physics/compare/look.hpp"

#include "core/gradient/method_info.hpp"

#include <algorithm>
#include <array>

namespace syzygy {

namespace {

constexpr std::array view_table{
    ViewLook{"compare-reverse",
             "A line off the grey band is a state that the method believes and the forward pass never had."},
    ViewLook{"compare-gradients",
             "Arrows and bars that miss the reference are wrong gradients, however smooth the solution looks."},
    ViewLook{"compare-drift", "Read it from right to left: the height is the distance from the forward trajectory."},
    ViewLook{"compare-player",
             "Step with , and . and watch the lanes: what is kept, what is loaded, what is held whole."},
    ViewLook{"compare-memory", "The left half fills while the solve runs, the right half empties on the way back."},
    ViewLook{"compare-precision", "Further down is more exact, further left is cheaper; each mark is one tolerance."},
    ViewLook{"compare-horizon", "A straight rise on this axis is an error that grows exponentially with the interval."},
    ViewLook{"compare-steps", "The slope says how memory grows with steps: none, with the root, or one for one."},
    ViewLook{"compare-evaluations",
             "The first part is the solve itself; all that follows is the price of the gradient."},
};

constexpr std::array method_table{
    MethodLook{"aca", "ACA takes up the states that it kept, so it lies on the band to the last bit.",
               "ACA gives the derivative of the steps that were taken: what is left of the error is the solver's.",
               "ACA climbs by one state a step and comes down the same way, with one step's tape on top.",
               "ACA repeats each accepted step once and pulls back once through each stage; rejected attempts cost it "
               "nothing.",
               "ACA loads a checkpoint, replays one step, pulls back through it and throws both away."},
    MethodLook{"aca-binomial",
               "It recomputes states from fewer checkpoints by the same arithmetic, so it stays on the band.",
               "It has ACA's gradient to the last bit: only the order of the work is another.",
               "It never rises above its budget of checkpoints, whatever the number of steps.",
               "Steps that were not kept are taken again, which is the second part of the bar beside ACA's.",
               "Watch the recomputed lane: from a checkpoint it runs forward again to reach the step it needs."},
    MethodLook{"aca-tape", "It starts each step from the state that was kept, so it lies on the band.",
               "It has ACA's gradient to rounding, by a tape of the step instead of a replay of its stages.",
               "On top of the checkpoints it holds all stages of one step with what their derivatives need.",
               "Stages are evaluated once for the tape, and not again while it is pulled back.",
               "The tape lane holds one whole step at a time, and is empty between two of them."},
    MethodLook{
        "symplectic", "It keeps the accepted states and integrates the cotangent alone, so it lies on the band.",
        "It is ACA's gradient written as an integrator: both agree to rounding, for every tableau.",
        "It holds the states, the stages of one step, and one evaluation's derivative: the least of all exact methods.",
        "Each stage is evaluated again where its derivative is taken, one at a time.",
        "Within a step the stages go by one after the other; never is a whole step on the tape."},
    MethodLook{
        "adjoint", "The adjoint solves the state backward with errors of its own, and where orbits diverge they grow.",
        "Its gradient belongs to no solution that was computed, and is right only as far as both solves are.",
        "It keeps the end state, and one at each observation where it is reset: it does not grow with the steps.",
        "The backward solve chooses steps of its own, often more than the forward one took.",
        "Checkpoints are only where the state is reset; between them the cotangent runs back beside a state that is "
        "solved anew."},
    MethodLook{"naive", "It keeps everything that was computed, so it lies on the band.",
               "It differentiates the step-size search as well, which is the derivative of what the program did.",
               "It rises by a whole tape an attempt, rejected ones included: the steepest curve of all.",
               "Rejected attempts are pulled back through as well, and count.",
               "Watch the tape fill on the way forward, rejected attempts in it, and empty on the way back."},
    MethodLook{"backprop", "It keeps every stage that was computed, so it lies on the band.",
               "It is exact for the steps that were taken, and agrees with ACA to rounding.",
               "It rises by a whole step's tape each step: many times ACA's states.",
               "Nothing is computed twice: the bar has the derivatives and no repeated steps.",
               "The whole tape is there before the sweep begins; step by step it is pulled back and thrown away."},
    MethodLook{"mali", "It inverts its own steps: at eta = 1 to rounding, below that rounding grows with every step.",
               "It is exact for its own solution, whose order is two: the same tolerance takes many more steps.",
               "It keeps no state but the last, only the size of each step; the replay holds one step.",
               "Each step is inverted and taken again on the way back, so the parts are about equal.",
               "No checkpoint is loaded: each step's beginning is worked out from its end."},
    MethodLook{"reversible",
               "It inverts its steps through two copies of the state, and rounding grows a little each step.",
               "It is exact for its own solution, of the order of its base method.",
               "It keeps no state but two copies of the last, and the size of each step.",
               "Each step takes its base method twice, forward, back and for the derivative.",
               "No checkpoint is loaded: each step's beginning is worked out from its end."},
    MethodLook{"forward", "Sensitivities run along with the state: there is no way back that could drift.",
               "It is exact for the steps that were taken, and the witness that the others are held against.",
               "It carries one tangent for each number that is differentiated, however long the run is.",
               "Its derivatives grow with the number of parameters and states, not with the loss.",
               "There is no backward sweep: all is known when the solve arrives."},
    MethodLook{"finite-difference", "Whole solves are repeated at shifted points: there is no way back.",
               "Half of the digits are lost: a small shift loses them to rounding, a large one to curvature.",
               "It keeps nothing but two losses.",
               "Two solves for each number that is differentiated: the longest bar where those are many.",
               "There is no backward sweep, only solve after solve."},
};

std::string_view sentence_of(const MethodLook& look, std::string_view view)
{
    if (view == "compare-reverse" || view == "compare-drift") return look.reverse;
    if (view == "compare-memory" || view == "compare-steps") return look.memory;
    if (view == "compare-evaluations") return look.evaluations;
    if (view == "compare-player") return look.player;
    return look.gradients;
}

}  // namespace

std::span<const ViewLook> view_looks()
{
    return view_table;
}

std::span<const MethodLook> method_looks()
{
    return method_table;
}

std::string compare_look(std::string_view view, std::string_view method)
{
    const auto of_view = std::ranges::find(view_table, view, &ViewLook::view);
    const auto of_method = std::ranges::find(method_table, method, &MethodLook::method);
    if (of_view == view_table.end() || of_method == method_table.end())
        return std::string(find_gradient_method(method).look);
    return std::string(of_view->text) + " " + std::string(sentence_of(*of_method, view));
}

}  // namespace syzygy
