"""The parts, made from the settings. Opened when first needed: ``--help`` opens nothing."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from base.clock import Clock, system_clock, today
from base.errors import InvalidParameter
from parcours.in_use import use
from parcours.settings import Settings

if TYPE_CHECKING:
    import ssl
    from datetime import date

    from sqlalchemy import Engine as Database

    from api.services import Services
    from enrollment.files.acts import Desk
    from enrollment.payments.port import Provider
    from enrollment.transfers.pain import Debtor
    from geo.ban import AddressBase
    from geo.gazetteer import Gazetteer
    from search.engines.contract import Engine
    from search.engines.embedded.execute import Kernel
    from search.standby import Standby


_NO_DATABASE = (
    "PARCOURS_DATABASE_URL : une adresse sqlite:///fichier ou postgresql://… est attendue. PostgreSQL demande son "
    "pilote : .venv/bin/pip install -e '.[postgresql]'"
)
_NO_CLUSTER = (
    "PARCOURS_ELASTICSEARCH_URL : l'adresse du cluster est attendue, par exemple http://127.0.0.1:9200 ; "
    "PARCOURS_ELASTICSEARCH_PREFIX : des minuscules, des chiffres, - et _, une lettre d'abord."
)

_NEW_DATABASE = (
    "Il n'y a pas encore de base à cette adresse, et l'index a été fait d'une autre : rien n'est créé ni remplacé."
)


class House:
    def __init__(self, settings: Settings, kernel: Kernel | None = None, *, takes_over: bool = False) -> None:
        """``kernel``: what answers questions, where a process answers enough of them to bring a compiled one.
        ``takes_over``: an index that was made of another database may be replaced."""
        self.settings = settings
        self._kernel = kernel
        self._takes_over = takes_over
        self.clock: Clock = settings.clock
        # Locks and their log are of processes and machines: they stand still on no day that PARCOURS_TODAY sets.
        self.wall: Clock = system_clock
        self._migrated = False
        self._leave = use(settings.data_dir, self)

    def leave(self) -> None:
        """Whoever makes a second house in one process ends it; else it ends with the process."""
        self.database.dispose()
        self._leave()

    @property
    def day(self) -> date:
        return today(self.clock)

    @cached_property
    def database(self) -> Database:
        """Migrated: a command never meets an older shape. None is made beside an index of another database."""
        from sqlalchemy.exc import ArgumentError

        from base.database import open_database
        from base.migrate import is_current, is_new, upgrade
        from indexer.standing import OtherCatalogue, made_of

        try:
            database = open_database(self.settings.sql_url)
        except (ModuleNotFoundError, ArgumentError) as error:
            raise InvalidParameter("PARCOURS_DATABASE_URL", _NO_DATABASE) from error
        if not self._takes_over and is_new(database) and made_of(self.engine):
            raise OtherCatalogue(_NEW_DATABASE)
        if not is_current(database):
            upgrade(database)
        return database

    def refuse_other_index(self) -> None:
        """Before a command writes: ``OtherCatalogue`` when the index was made of another database."""
        from indexer.standing import refuse_other_catalogue

        if not self._takes_over:
            refuse_other_catalogue(self.database, self.engine)

    @cached_property
    def engine(self) -> Engine:
        if self.settings.engine == "elasticsearch":
            return self._elasticsearch()
        return self._embedded()

    @cached_property
    def standby(self) -> Standby | None:
        """Who answers when the engine does not; ``None`` where the operator did not choose one."""
        if not (self.settings.fallback and self.settings.engine == "elasticsearch"):
            return None
        from search.standby import Standby

        return Standby(self._embedded(), self.settings.index_dir, self.wall)

    def _embedded(self) -> Engine:
        from search.engines.embedded import EmbeddedEngine
        from search.engines.embedded.execute import execute

        return EmbeddedEngine(self.settings.index_dir, self.clock, kernel=self._kernel or execute)

    def _elasticsearch(self) -> Engine:
        from search.engines.elasticsearch import ElasticsearchEngine
        from search.engines.elasticsearch.options import Options

        urls = [url.strip() for url in self.settings.elasticsearch_url.split(",") if url.strip()]
        if not urls:
            raise InvalidParameter("PARCOURS_ELASTICSEARCH_URL", _NO_CLUSTER)
        try:
            options = Options(
                shards=self.settings.elasticsearch_shards,
                replicas=self.settings.elasticsearch_replicas,
                api_key=self.settings.elasticsearch_api_key.strip(),
                tls=self._trusted(),
            )
            return ElasticsearchEngine(urls, self.settings.elasticsearch_prefix, self.wall, options)
        except ValueError as error:
            raise InvalidParameter("PARCOURS_ELASTICSEARCH_URL", f"{_NO_CLUSTER} ({error})") from error

    def _trusted(self) -> ssl.SSLContext | None:
        file = self.settings.elasticsearch_ca_file
        if file is None:
            return None
        import ssl

        try:
            return ssl.create_default_context(cafile=file)
        except OSError as error:
            raise InvalidParameter(
                "PARCOURS_ELASTICSEARCH_CA_FILE",
                f"PARCOURS_ELASTICSEARCH_CA_FILE : un fichier de certificats PEM est attendu. ({error})",
            ) from error

    @property
    def desk(self) -> Desk:
        """What moves files, paid by card."""
        from enrollment.dated import Rules
        from enrollment.payments.confirming import desk_with_card

        return desk_with_card(Rules(), self.wall)

    @cached_property
    def provider(self) -> Provider:
        """Of card payments."""
        from parcours.paying import provider_of

        return provider_of(self.settings, self.database, self.clock, self.wall)

    @property
    def debtor(self) -> Debtor | None:
        """Whose account pays organisations; ``None`` where the operator named none."""
        from parcours.paying import debtor_of

        return debtor_of(self.settings)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        from geo.gazetteer import Gazetteer

        return Gazetteer.open(self.settings.reference_dir)

    @cached_property
    def streets(self) -> AddressBase | None:
        """Street addresses from the BAN; ``None`` where the operator did not allow it: nothing leaves the machine."""
        if not self.settings.ban_url:
            return None
        from geo.ban import AddressBase

        try:
            return AddressBase(self.settings.ban_url)
        except ValueError as error:
            raise InvalidParameter(
                "PARCOURS_BAN_URL", "PARCOURS_BAN_URL : une adresse http ou https est attendue, ou rien."
            ) from error

    def migrated(self) -> bool:
        """Looked at until it is so: reading the scripts takes some 10 ms."""
        from base.migrate import is_current

        self._migrated = self._migrated or is_current(self.database)
        return self._migrated

    @property
    def services(self) -> Services:
        from api.services import Limits, Services
        from parcours.beside import dry_run_beside
        from search.places import RememberedPlaces

        kept_bytes = int(self.settings.keep_gb * (1 << 30))
        return Services(
            database=self.database,
            engine=self.engine,
            standby=self.standby,
            gazetteer=self.gazetteer,
            places=RememberedPlaces(self.gazetteer),
            clock=self.clock,
            wall=self.wall,
            submissions_dir=self.settings.submissions_dir,
            migrated=self.migrated,
            provider=self.provider,
            address=self.settings.address,
            debtor=self.debtor,
            dry_run=dry_run_beside(self.settings),
            limits=Limits(kept_bytes=kept_bytes, kept_bytes_each=kept_bytes // 10),
            log_questions=self.settings.log_questions,
        )
