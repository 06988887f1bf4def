"""What the machine is made of, in one place. Figures are Table A of the domain notes unless another source is named."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MachineParameters:
    """One picking robot. Lengths in m or mm, speeds in m/s, accelerations in m/s², times in s, as the names say."""

    rack_length_m: float = 8.0
    rack_height_m: float = 2.6
    height_classes_mm: tuple[float, ...] = (35.0, 45.0, 55.0, 70.0, 85.0, 105.0, 130.0, 160.0)
    speed_x_m_s: float = 2.0
    speed_y_m_s: float = 1.5
    acceleration_x_m_s2: float = 2.0
    acceleration_y_m_s2: float = 2.0
    turn_s: float = 1.2
    grip_s: float = 5.0
    """Grip and verify one pack."""
    grip_sigma: float = 0.08
    """Spread of the grip time; with it single picks stay within the 10 to 25 s measured from request to completion."""
    drop_s: float = 2.5
    drop_extra_s: float = 0.5
    """For each pack of the tour after the first."""
    belt_s: float = 20.0
    """From the output to the tote."""
    belt_gap_s: float = 0.5
    """Between two packs of one tour."""
    input_interval_s: float = 14.4
    """250 packs an hour and loader."""
    intake_s: float = 2.0
    """Table takes the pack over from the loader; with travel and putting down a store takes 7 s in the median."""
    intake_sigma: float = 0.35
    put_s: float = 2.0
    no_read_share: float = 0.015
    measure_error_share: float = 0.01
    """Largest relative error of a measured edge; no public figure, chosen below the step of the height classes."""
    home_s: float = 10.0
    """Reference run of all axes: full travel of each at reduced speed; estimate."""
    calibrate_s: float = 25.0
    self_test_s: float = 60.0
    count_shelf_s: float = 20.0
    """From power to program, before the homing; estimate."""
    output_x_m: float = 4.0
    output_y_m: float = 1.3
    """In the middle of the aisle, which gives the 11.5 s of a single pick that the notes calibrate to."""
    input_x_m: float = 4.0
    input_y_m: float = 0.6
    shelves_at_least: int = 80
    """On both sides together."""
    channel_depth: int = 3
    """Packs one behind another on a shelf."""
    transfer_places: int = 3
    """Packs that the loader holds ready for the table."""
