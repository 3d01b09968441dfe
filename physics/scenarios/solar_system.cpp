#include "physics/scenarios/families.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <span>

// Sun, Jupiter, Saturn and Sun, Earth, Moon at J2000.0 (JD 2451545.0 TDB), from published
// elements, referred to the mean ecliptic and equinox of J2000.

namespace syzygy::families {

namespace {

constexpr double degree = std::numbers::pi / 180;
constexpr double arcsecond = degree / 3600;
constexpr double day_s = 86400;
constexpr double au_km = astronomical_unit / 1000;

// GM in km^3/s^2: Folkner, Williams, Boggs, Park, Kuchynka, The Planetary and Lunar Ephemerides
// DE430 and DE431, IPN Progress Report 42-196 (2014), table 8. Jupiter and Saturn with satellites.
constexpr double gm_sun = 132712440041.9394;
constexpr double gm_earth = 398600.435436;
constexpr double gm_moon = 4902.800066;
constexpr double gm_jupiter = 126712764.8;
constexpr double gm_saturn = 37940585.2;

// Heliocentric elements: Standish, Keplerian Elements for Approximate Positions of the Major
// Planets, JPL Solar System Dynamics, table 1 (fitted to 1800-2050), at J2000; au and degrees.
constexpr KeplerElements earth_moon_barycentre{
    1.00000261, 0.01671123, -0.00001531 * degree, 0, 102.93768193 * degree, 100.46457166 * degree};
constexpr KeplerElements jupiter{5.20288700,           0.04838624,
                                 1.30439695 * degree,  100.47390909 * degree,
                                 14.72847983 * degree, 34.39644051 * degree};
constexpr KeplerElements saturn{9.53667594,           0.05386179,
                                2.48599187 * degree,  113.66242448 * degree,
                                92.59887831 * degree, 49.95424423 * degree};

/// A periodic term: amplitude times cosine or sine of d D + s l' + l l + f F.
struct Term {
    double amplitude;
    int d, s, l, f;
};

// The Moon's elements: Simon, Bretagnon, Chapront, Chapront-Touze, Francou, Laskar, Astronomy and
// Astrophysics 282, 663 (1994): the mean elements of section 3.4 (b.1), the periodic terms of
// table 4, the arguments of section 3.5 (b). The mean semi-major axis alone is that of a
// Kepler orbit of 27.18 days; with the periodic terms the simulated month is within 0.05 %.
constexpr Term semi_major_axis_km[] = {{3400.4, 2, 0, 0, 0},
                                       {-635.6, 2, 0, -1, 0},
                                       {-235.6, 0, 0, 1, 0},
                                       {218.1, 2, -1, 0, 0},
                                       {181.0, 2, 0, 1, 0}};
constexpr Term moon_eccentricity[] = {
    {0.014216, 2, 0, -1, 0},  {0.008551, 2, 0, -2, 0},  {-0.001383, 0, 0, 1, 0},  {0.001356, 2, 0, 1, 0},
    {-0.001147, 4, 0, -3, 0}, {-0.000914, 4, 0, -2, 0}, {0.000869, 2, -1, -1, 0}, {-0.000627, 2, 0, 0, 0},
    {-0.000394, 4, 0, -4, 0}, {0.000282, 2, -1, -2, 0}, {-0.000279, 1, 0, -1, 0}, {-0.000236, 0, 0, 2, 0},
    {0.000231, 4, 0, 0, 0},   {0.000229, 6, 0, -4, 0},  {-0.000201, 0, 0, 2, -2}};
constexpr Term inclination_arcsec[] = {{486.26, 2, 0, 0, -2},
                                       {-40.13, 2, 0, 0, 0},
                                       {37.51, 0, 0, 0, 2},
                                       {25.73, 0, 0, 2, -2},
                                       {19.97, 2, -1, 0, -2}};
constexpr Term pericentre_arcsec[] = {{-55609, 2, 0, -1, 0}, {-34711, 2, 0, -2, 0}, {-9792, 0, 0, 1, 0},
                                      {9385, 4, 0, -3, 0},   {7505, 4, 0, -2, 0},   {5318, 2, 0, 1, 0},
                                      {3484, 4, 0, -4, 0},   {-3417, 2, -1, -1, 0}, {-2530, 6, 0, -4, 0},
                                      {-2376, 2, 0, 0, 0},   {-2075, 2, 0, -3, 0},  {-1883, 0, 0, 2, 0},
                                      {-1736, 6, 0, -5, 0},  {1626, 0, 1, 0, 0},    {-1370, 6, 0, -3, 0}};
constexpr Term node_arcsec[] = {
    {-5392, 2, 0, 0, -2}, {-540, 0, 1, 0, 0}, {-441, 2, 0, 0, 0}, {423, 0, 0, 0, 2}, {-288, 0, 0, 2, -2}};
constexpr Term longitude_arcsec[] = {{-3332.9, 2, 0, 0, 0},
                                     {1197.4, 2, 0, -1, 0},
                                     {-662.5, 0, 1, 0, 0},
                                     {396.3, 0, 0, 1, 0},
                                     {-218.0, 2, -1, 0, 0}};

double angle_at_j2000(const Term& term)
{
    return degree *
           (term.d * 297.85019547 + term.s * 357.52910918 + term.l * 134.96340251 + term.f * 93.27209062);
}

double cosines(std::span<const Term> terms)
{
    double sum = 0;
    for (const Term& term : terms) { sum += term.amplitude * std::cos(angle_at_j2000(term)); }
    return sum;
}

double sines(std::span<const Term> terms)
{
    double sum = 0;
    for (const Term& term : terms) { sum += term.amplitude * std::sin(angle_at_j2000(term)); }
    return sum;
}

/// The Moon's osculating geocentric elements at J2000, in km and radians.
KeplerElements moon()
{
    return {.semi_major_axis = 383397.7725 + cosines(semi_major_axis_km),
            .eccentricity = 0.055545526 + cosines(moon_eccentricity),
            .inclination = 5.15668983 * degree + cosines(inclination_arcsec) * arcsecond,
            .longitude_of_node = 125.04455501 * degree + sines(node_arcsec) * arcsecond,
            .longitude_of_pericentre = 83.35324312 * degree + sines(pericentre_arcsec) * arcsecond,
            .mean_longitude = 218.31664563 * degree + sines(longitude_arcsec) * arcsecond};
}

ThreeBodySystem make_sun_jupiter_saturn()
{
    constexpr double to_au3_d2 = day_s * day_s / (au_km * au_km * au_km);
    ThreeBodySystem system;
    system.name = "Sun, Jupiter, Saturn";
    system.units = UnitSystem::parse("length=1 au, mass=1 Msun, time=1 d");
    const double to_mass = to_au3_d2 / system.units.k1();  // GM / G, with the unit system's own G
    const PositionVelocity j = cartesian(jupiter, (gm_sun + gm_jupiter) * to_au3_d2);
    // Saturn about the centre of mass of Sun and Jupiter: about the Sun alone, a mean ellipse taken as
    // osculating carries the Sun's swing, and its period comes out 0.8 % short.
    const PositionVelocity s = sum(cartesian(saturn, (gm_sun + gm_saturn) * to_au3_d2),
                                   scaled(j, gm_jupiter / (gm_sun + gm_jupiter)));
    system.bodies = {Body{"Sun", gm_sun * to_mass, Eigen::Vector3d::Zero(), Eigen::Vector3d::Zero()},
                     Body{"Jupiter", gm_jupiter * to_mass, j.position, j.velocity},
                     Body{"Saturn", gm_saturn * to_mass, s.position, s.velocity}};
    rest_at_origin(system);
    return system;
}

ThreeBodySystem make_sun_earth_moon()
{
    ThreeBodySystem system;
    system.name = "Sun, Earth, Moon";
    system.units = UnitSystem::parse("length=1 km, mass=1 Mearth, time=1 d, velocity=1 km/s");
    const double to_mass = day_s / system.units.k1();  // K1 = G M T / (L^2 V) with V = 1 km/s
    KeplerElements barycentre = earth_moon_barycentre;
    barycentre.semi_major_axis *= au_km;
    const PositionVelocity centre = cartesian(barycentre, gm_sun + gm_earth + gm_moon);
    const PositionVelocity month = cartesian(moon(), gm_earth + gm_moon);
    const PositionVelocity earth = sum(centre, scaled(month, -gm_moon / (gm_earth + gm_moon)));
    const PositionVelocity satellite = sum(centre, scaled(month, gm_earth / (gm_earth + gm_moon)));
    system.bodies = {Body{"Sun", gm_sun * to_mass, Eigen::Vector3d::Zero(), Eigen::Vector3d::Zero()},
                     Body{"Earth", gm_earth * to_mass, earth.position, earth.velocity},
                     Body{"Moon", gm_moon * to_mass, satellite.position, satellite.velocity}};
    rest_at_origin(system);
    return system;
}

}  // namespace

Scenario sun_jupiter_saturn()
{
    return {.id = "sun-jupiter-saturn",
            .label = "Sun, Jupiter, Saturn",
            .description =
                "The two giants over 60 years from J2000: five turns of Jupiter, two of Saturn, near "
                "their 5:2 resonance (the great inequality). The Sun swings about the centre of mass "
                "by more than its radius.",
            .source =
                "Elements at J2000: Standish, Keplerian Elements for Approximate Positions of the Major "
                "Planets, JPL, table 1 (Saturn's about the centre of mass of Sun and Jupiter); GM: Folkner "
                "et al., "
                "DE430, IPN Progress Report 42-196 (2014), table 8",
            .duration = 21915,
            .period = 0,
            .make = make_sun_jupiter_saturn};
}

Scenario sun_earth_moon()
{
    return {.id = "sun-earth-moon",
            .label = "Sun, Earth, Moon",
            .description =
                "One year from J2000. Relative to the Earth, the Moon's ellipse turns and breathes "
                "under the Sun's pull; seen from the Sun, the Moon's path is everywhere concave "
                "towards the Sun.",
            .source =
                "Earth-Moon barycentre: Standish, Keplerian Elements for Approximate Positions of the Major "
                "Planets, JPL, table 1; Moon: Simon et al., Astron. Astrophys. 282, 663 (1994), section 3.4 "
                "and table 4; GM: Folkner et al., DE430, IPN Progress Report 42-196 (2014), table 8",
            .duration = 365.25,
            .period = 0,
            .make = make_sun_earth_moon};
}

}  // namespace syzygy::families
