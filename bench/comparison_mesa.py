"""The simulation of mandates written plainly in Mesa: an agent an area, plain numbers, from the page of equations.

Written apart from the compiled components, so that equal numbers prove both.
"""

import math
from types import SimpleNamespace

import mesa

ZEROS = [
    "memory", "quiet", "soldiers", "police", "raiders", "presence", "killed", "captured", "fought", "by_groups",
    "by_state", "by_force", "on_routes", "prevented", "into", "arms_into",
]  # fmt: skip
POOLS = ["held", "tried", "left_alone", "in_ddr", "reintegrated", "flare", "drought"]


class Area(mesa.Agent):
    """An area: its people, its armed groups, and who of those sent is there."""

    def __init__(self, model, number, ground, effort):
        super().__init__(model)
        for name in ("people", "border", "weight"):
            setattr(self, name, float(getattr(ground, name)[number]))
        self.near_numbers = ground.next_to[ground.first[number] : ground.first[number + 1]].tolist()
        for name in ("soldiers", "police", "escorted", "patrolled", "secured", "voting"):
            setattr(self, f"plan_{name}", getattr(effort, name)[number].tolist())
        for name in ZEROS:
            setattr(self, name, 0.0)
        p, n = model.p, model.n
        self.fighters = n.fighters_start * self.weight
        self.arms = self.fighters * p.arms_per_fighter
        self.trust, self.livelihoods = p.cooperation_start, 1.0
        self.stocks = p.stocks_per_1000 * self.people / 1000
        self.recent = n.civilians_start * self.weight
        self.inside = self.abroad = 0.0
        self.noise = 1.0

    def fight(self):
        """Lose fighters to raids, to the state and to capture."""
        p, e = self.model.p, self.model.effort
        found = self.fighters / (self.fighters + 50)
        raids = self.raiders / 100 * p.kills_per_raid * (0.5 + self.trust) * found
        state = self.fighters * self.model.n.combat * self.model.tempo
        captured = (self.soldiers * p.capture_share * e.captures + self.police) / 100
        captured *= p.captures_per_patrol * self.trust * found
        total = raids + state + captured
        cut = min(1.0, 0.5 * self.fighters / total) if total > 0 else 1.0
        self.killed, self.fought, self.captured = raids * cut, state * cut, captured * cut
        keep = math.exp(-30.44 / 7 / p.after_effect_weeks)
        self.memory = self.memory * keep + (1 - keep) * self.raiders / (self.raiders + p.presence_half)

    def kill(self):
        """Count civilians killed by each side."""
        p, m, e, t = self.model.p, self.model, self.model.effort, self.model.month
        held = min(self.plan_escorted[t] * m.n.strength, 1.0)
        plain = m.every * self.fighters * self.noise
        plain *= (p.incidents_aid_in_corridor / p.incidents_aid_unprotected) ** held
        armed = self.arms / max(self.fighters * p.arms_per_fighter, 1e-9)
        plain *= min(max(armed, 0.05), 5.0) ** p.violence_by_arms * m.force**self.memory
        patrolled = min(self.plan_patrolled[t] * m.n.strength, 1.0)
        share = m.ground.on_routes
        self.on_routes = plain * share * (patrolled * m.on_road + (1 - patrolled) * m.country)
        town = self.presence * m.in_town + (1 - self.presence) * m.country
        self.by_groups = plain * (1 - share) * town + self.on_routes
        self.prevented = max(plain * m.country - self.by_groups, 0.0) * p.violence_displaced
        self.by_state = m.abusive * self.weight * self.noise
        self.by_force = self.killed * p.collateral_per_fighter_killed * e.heavy
        self.by_force += self.captured * p.collateral_per_capture

    def pass_on(self):
        """Give violence prevented here to the neighbours."""
        for other in self.near:
            other.by_groups += self.prevented / len(self.near)

    def bound(self):
        """Keep killings below a thousandth of the people."""
        most = 0.001 * self.people
        self.by_groups = min(max(self.by_groups, 0.0), most)
        self.on_routes = min(self.on_routes, self.by_groups)
        self.by_state, self.by_force = min(self.by_state, most), min(self.by_force, most)

    def live(self):
        """Move trust, livelihoods, quiet months, flight and return on."""
        p, n, e = self.model.p, self.model.n, self.model.effort
        all_killed = self.by_groups + self.by_state + self.by_force
        self.recent += (all_killed - self.recent) / 3
        lost = (
            p.livelihood_per_drought * max(n.drought, 0) + p.livelihood_per_violence * self.recent * 1e4 / self.people
        )
        self.livelihoods = max(1 - lost, 0.0)
        trust = self.trust * math.exp(-p.alienation_per_harm * (self.by_state + self.by_force) * 1e5 / self.people)
        best = p.cooperation_start + 0.5 * self.presence * (1 - p.cooperation_start)
        self.trust = trust + p.cooperation_recovery * max(best - trust, 0.0)
        self.quiet = self.quiet + 1 if all_killed * 1e5 < e.quiet_below * self.people else 0.0
        home = max(self.people - self.inside - self.abroad, 0.0)
        fled = min(p.flight_per_death * all_killed, 0.1 * home)
        back = p.return_monthly / (1 + self.recent * 1e5 / self.people / 0.5)
        self.inside += fled * (1 - p.abroad_share) - self.inside * back
        self.abroad += fled * p.abroad_share - self.abroad * back

    def recruit(self):
        """Let fighters join, leave and be buried."""
        p, n, m = self.model.p, self.model.n, self.model
        push = p.recruitment_by_livelihood * (1 - self.livelihoods)
        push += p.recruitment_by_grievance * (p.cooperation_start - self.trust)
        joined = self.fighters * p.recruitment_base * math.exp(push) * m.set_off
        joined += p.recruits_per_fighter_killed * self.killed + p.recruits_per_civilian_killed * self.by_force
        joined = joined * m.room + max(-m.collapse, 0.0) * self.fighters
        stay = self.fighters - self.killed - self.fought - self.captured
        leave = stay * min(p.exit_monthly + max(m.collapse, 0.0), 1.0)
        self.fighters = stay + joined - leave
        n.held += self.captured
        m.left += leave

    def arm(self):
        """Gain and lose arms."""
        p, m, t = self.model.p, self.model, self.model.month
        loose = self.stocks * p.leak_monthly
        leaked = loose * (1 - min(self.plan_secured[t] * m.n.strength, 1.0))
        came = self.fighters * m.across + max(self.fighters * m.within - loose, 0.0)
        self.stocks -= leaked
        self.arms += leaked + came - self.arms * (p.wear_monthly + m.gone)

    def leave(self):
        """Send fighters and arms to the neighbours, and across the border."""
        p, m = self.model.p, self.model
        pulls = [math.exp(-p.pull_of_weak * other.presence) for other in self.near]
        if pulls:
            going, arms = self.fighters * p.movement_monthly, self.arms * p.movement_monthly
            for other, pull in zip(self.near, pulls, strict=True):
                other.into += going * pull / sum(pulls)
                other.arms_into += arms * pull / sum(pulls)
            self.into -= going
            self.arms_into -= arms
        if self.border > 0:
            self.into += self.fighters * (p.spill_in * (1.5 - m.n.regional) - 0.1 * p.movement_monthly)

    def arrive(self):
        """Take in those who came."""
        self.fighters += self.into
        self.arms += self.arms_into
        self.into = self.arms_into = 0.0


class Country(mesa.Model):
    """One draw of parameters under one mandate."""

    def __init__(self, row, ground, effort, deaths, seed, *, noisy=True):
        super().__init__(seed=seed)
        p = self.p = SimpleNamespace(**{name: float(row[name]) for name in row.dtype.names})
        self.ground, self.effort, self.is_noisy, self.month = ground, effort, noisy, 0
        deaths = max(deaths, ground.fled / p.abroad_share / p.flight_per_death / 12 / ground.civilians)
        fighters, civilians = deaths * p.fighters_per_death, deaths * ground.civilians
        self.n = SimpleNamespace(
            fighters_start=fighters, civilians_start=civilians, lethality=civilians * (1 - ground.by_state) / fighters,
            combat=0.5 * (deaths - civilians) / fighters, state_rate=civilians * ground.by_state, order=ground.order,
            process=ground.agreement, strength=1.0, regional=0.5, since_vote=1000.0, **dict.fromkeys(POOLS, 0.0),
        )  # fmt: skip
        self.areas = [Area(self, number, ground, effort) for number in range(len(ground.people))]
        for one in self.areas:
            one.near = [self.areas[b] for b in one.near_numbers]
        self._place_displaced()
        self.crowd_start = self._crowd()
        self.measures = dict.fromkeys(("killed", "hunger", "not_reached", "tried", "lost", "order", "vote"), 0.0)
        # The months the compiled code returns too.
        self.months = mesa.DataCollector(
            {
                "killed": lambda model: model.killed(),
                "displaced": lambda model: model.total("inside") + model.total("abroad"),
                "abroad": lambda model: model.total("abroad"),
                "fighters": lambda model: model.total("fighters"),
                "process": lambda model: model.n.process,
            }
        )

    def total(self, name):
        """Return a sum over areas."""
        return sum(getattr(one, name) for one in self.areas)

    def _crowd(self):
        return min(self.total("inside") / self.total("people") / 0.05, 1.0)

    def _place_displaced(self):
        ground = self.ground
        away = ground.inside + ground.refugees
        placed = [min(away * one.weight, 0.8 * one.people) for one in self.areas]
        room = 0.8 * self.total("people") - sum(placed)
        for one, here in zip(self.areas, placed, strict=True):
            all_here = here + (away - sum(placed)) / room * (0.8 * one.people - here)
            one.inside, one.abroad = all_here * ground.inside / away, all_here * ground.refugees / away

    def step(self):
        """Live through a month."""
        p, n, e, t, rng = self.p, self.n, self.effort, self.month, self.random
        shock = rng.gauss(0, 1) if self.is_noisy else 0.3
        restore, breaks, war, withdraw = [rng.random() if self.is_noisy else 0.999 for _ in range(4)]
        for one in self.areas:
            one.noise = math.exp(rng.gauss(-0.125, 0.5)) if self.is_noisy else 1.0
        if t == 0 or (self.ground.month - 1 + t) % 12 + 1 == 10:
            n.drought = shock
        self._post()
        self.tempo = 1 + (p.tempo_with_support - 1) * min(e.supports_army[t] * n.strength, 1.0)
        before = self.total("fighters")
        self.agents.do("fight")
        self.gone = (self.total("killed") + self.total("fought") + self.total("captured")) / before
        self._violence_everywhere()
        for act in ("kill", "pass_on", "bound", "live"):
            self.agents.do(act)
        self._help()
        self._recruit_everywhere()
        taken = self._programme()
        tried = min(n.held, p.court_cases)
        n.held, n.tried = n.held - tried, n.tried + tried
        freed = max(n.held - 6 * p.court_cases, 0.0) * p.release_untried / 6
        n.held, n.left_alone = n.held - freed, n.left_alone + freed / 2
        self._share_out(freed / 2)
        self._arm_everywhere(taken)
        self.agents.do("leave")
        self.agents.do("arrive")
        safe = self._safe()
        lost = self._lose(withdraw)
        self._govern(safe, restore, breaks, war)
        for name, value in {"killed": self.killed(), "tried": tried, "lost": lost, "order": n.order,
                            "vote": safe}.items():  # fmt: skip
            self.measures[name] += value
        self.months.collect(self)
        self.month += 1

    def killed(self):
        """Return civilians killed by all sides this month."""
        return self.total("by_groups") + self.total("by_state") + self.total("by_force")

    def _post(self):
        p, n, e, t = self.p, self.n, self.effort, self.month
        freed, open_to = 0.0, []
        for one in self.areas:
            one.soldiers, one.police = one.plan_soldiers[t] * n.strength, one.plan_police[t] * n.strength
            if e.police_first > 0 and one.plan_police[t] > 0 and one.quiet >= e.quiet_months:
                freed, one.soldiers = freed + one.soldiers, 0.0
            else:
                open_to.append(one)
        fighters = sum(one.fighters for one in open_to)
        for one in open_to if fighters > 0 else ():
            one.soldiers += freed * one.fighters / fighters
        for one in self.areas:
            one.raiders = one.soldiers * p.raid_share * e.raids
            one.soldiers -= one.raiders
            one.presence = (one.soldiers + one.police) / (one.soldiers + one.police + p.presence_half)

    def _violence_everywhere(self):
        p, n, e, t = self.p, self.n, self.effort, self.month
        raiders = self.total("raiders")
        troops, police = min(self.total("soldiers") + raiders, 8_000) / 1_000, min(self.total("police"), 200) / 100
        self.country = math.exp(p.rebel_killings_per_1000_troops * troops + p.rebel_killings_per_100_police * police)
        state = math.exp(p.state_killings_per_1000_troops * troops + p.state_killings_per_100_police * police)
        self.on_road = stronger(self.country, p.rebel_killings_near_base)
        self.in_town = stronger(self.country, p.rebel_killings_near_base * p.episode_length)
        drought = p.conflict_per_drought**n.drought * p.conflict_per_price ** max(n.drought, 0.0)
        self.every = n.lethality * drought * (1 + n.flare)
        self.every *= p.killings_after_leader_loss ** min(raiders / 2_000, 1.0)
        self.every *= p.conflict_with_refugees ** (self._crowd() - self.crowd_start)
        rising = p.attacks_after_harm_weight if p.collateral_per_fighter_killed > 0.1 else 0.5
        same = rising + 0.4 * (1 - rising)
        side = p.attacks_after_force_side
        self.force = (p.attacks_after_force_rising if side < rising else 1.0 if side < same
                      else p.attacks_after_force_falling)  # fmt: skip
        self.abusive = n.state_rate * self.tempo * math.exp(p.state_abuse_growth * (self.tempo - 1)) * state
        self.abusive *= 1 - p.abuse_cut * min(e.monitored[t] * n.strength, 1.0)

    def _help(self):
        p, n, e, t = self.p, self.n, self.effort, self.month
        inside, abroad, hungry, open_to = self.total("inside"), self.total("abroad"), 0.0, 0.0
        for one in self.areas:
            held = min(one.plan_escorted[t] * n.strength, 1.0)
            access = held * p.reach_with_escort + (1 - held) * p.reach_without_escort
            dry = p.need_in_drought * max(n.drought, 0.0) * max(one.people - one.inside - one.abroad, 0.0)
            hungry += dry
            open_to += (one.inside + dry) * access
        need = inside + abroad + hungry
        flown = e.lift[t] * p.lift_for_relief / 0.555e-3
        can = min(open_to + flown, inside + hungry) + abroad * p.reach_with_escort
        reached = min(can, need * p.funded_share + e.relief[t] / p.aid_cost_per_person, need)
        helped = (inside + abroad) * reached / need
        dead = max(p.mortality_cut_off - p.baseline_mortality, 0.0) * (inside + abroad - helped)
        dead += max(min(p.mortality_access_held, p.mortality_cut_off) - p.baseline_mortality, 0.0) * helped
        self.measures["hunger"] += dead * 30.44 / 10_000
        self.measures["not_reached"] += need - reached

    def _recruit_everywhere(self):
        p, n = self.p, self.n
        abuse = self.total("by_state") / n.state_rate
        self.set_off = 1 - p.recruits_from_abuse + p.recruits_from_abuse * min(abuse, 5.0)
        self.collapse = min(self.total("raiders") / 2_000, 1.0) * p.collapse_after_leader_loss / 12
        most = max(0.003 * self.total("people"), 2 * n.fighters_start)
        self.room, self.left = max(1 - self.total("fighters") / most, 0.0), 0.0
        self.agents.do("recruit")

    def _share_out(self, more):
        fighters = self.total("fighters")
        for one in self.areas:
            one.fighters += more * one.fighters / fighters

    def _programme(self):
        p, n, e, t = self.p, self.n, self.effort, self.month
        places = e.ddr_teams[t] * p.ddr_places_per_team * min(2 * n.strength, 1.0)
        came = self.total("fighters") * p.ddr_uptake * n.process if places > 0 else 0.0
        asked = came + self.left if places > 0 else 0.0
        taken = min(asked, places)
        ratio = p.relapse_full_package if e.relief[t] > 0 or places > 0 else p.relapse_training_only
        again = min(p.relapse_yearly / 12 * (p.promises_broken if asked > places > 0 else ratio), 1.0)
        alone, in_ddr, home = n.left_alone * p.relapse_yearly / 12, n.in_ddr * again, n.reintegrated * again
        done = (n.in_ddr - in_ddr) / 12
        n.left_alone += self.left + came - taken - alone
        n.in_ddr += taken - in_ddr - done
        n.reintegrated += done - home
        self._share_out(alone + in_ddr + home - came)
        return taken

    def _arm_everywhere(self, taken):
        p = self.p
        watched = min(self.effort.watched[self.month] * self.n.strength, 1.0)
        stopped = p.border_flow_stopped * watched * (1 - p.border_flow_rerouted * (1 - watched))
        self.across = p.inflow_monthly * p.arms_across_borders * (1 - stopped)
        self.within = p.inflow_monthly * (1 - p.arms_across_borders)
        self.agents.do("arm")
        arms = self.total("arms")
        for one in self.areas:
            one.arms *= 1 - min(taken * p.collected_per_exit, 0.5 * arms) / arms

    def _safe(self):
        safe = sum(
            one.people
            * (1 if one.recent * 1e5 < one.people else min(one.plan_voting[self.month] * self.n.strength, 1.0))
            for one in self.areas
        )
        return safe / self.total("people")

    def _lose(self, chance):
        p, n = self.p, self.n
        soldiers, raiders, police = self.total("soldiers"), self.total("raiders"), self.total("police")
        people = soldiers + raiders + police
        if people <= 0:
            return 0.0
        patrols = min(sum(one.plan_patrolled[self.month] for one in self.areas) / len(self.areas), 1.0)
        lost = soldiers * (1 + (p.deaths_patrols_ratio - 1) * patrols) + police + raiders * p.deaths_raids_ratio
        lost *= p.deaths_static / 12_000 * math.sqrt(self.total("fighters") / n.fighters_start)
        n.strength *= 1 - p.fatigue_monthly
        if chance < p.exhaustion_per_death * lost * 1_000 / people or n.strength < 0.01:
            n.strength = 0.0
        return lost

    def _govern(self, safe, restore, breaks, war):
        p, n, e, t = self.p, self.n, self.effort, self.month
        n.since_vote += 1
        if n.order < 0.5:
            if restore < p.order_monthly * (safe + (1 - safe) * p.order_alone):
                n.order, n.since_vote = 1.0, 0.0
        elif breaks < p.order_broken_yearly / 12:
            n.order = 0.0
        n.regional += p.regional_growth * (1 - n.regional if e.regional[t] > 0 else 0.5 - n.regional)
        talks = min(e.dialogue[t] * n.strength, 1.0)
        pace = p.process_alone + (p.process_monthly - p.process_alone) * talks * 2 * n.regional
        pace *= (0.5 + 0.5 * n.order) * math.exp(-p.process_per_killing * self.killed() * 1e5 / self.total("people"))
        n.process = min(n.process + max(pace, 0.0), 1.0)
        n.flare *= 0.85
        if n.process > 0.02:
            there = self.total("presence") / len(self.areas)
            hazard = p.war_relapse_yearly / 12 * p.relapse_per_implementation ** (10 * n.process)
            hazard *= p.relapse_with_peacekeepers ** min(2 * there, 1.0) * p.relapse_inclusion**talks
            if n.since_vote < 12:
                eased = e.ddr_teams[t] > 0 and there > 0.1
                hazard *= p.relapse_election_with_ddr if eased else p.relapse_election
            if war < hazard:
                n.process, n.flare = n.process * 0.5, n.flare + 0.5


def stronger(country, local):
    """Return the stronger of two ratios where they agree in sign, both where they do not."""
    if (country - 1) * (local - 1) < 0:
        return country * local
    return min(country, local) if country + local <= 2 else max(country, local)
