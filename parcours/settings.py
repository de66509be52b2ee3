"""Every setting, read once from the environment (``PARCOURS_*``) and passed in; nothing reads it at import."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from base.clock import Clock, fixed_clock, system_clock

EngineName = Literal["embedded", "elasticsearch"]
FallbackName = Literal["", "embedded"]
ProviderName = Literal["sandbox", "stripe"]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="PARCOURS_", extra="ignore")

    data_dir: Path = Field(Path("var"), description="Dossier de tout ce que le programme écrit")
    database_url: str = Field("", description="Base SQL ; par défaut SQLite dans le dossier de données")
    today: date | None = Field(None, description="Fixe la date du jour (démonstrations, essais)")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    ban_url: str = Field(
        "", description="Base Adresse Nationale, par exemple https://data.geopf.fr ; vide = jamais appelée"
    )
    keep_days: int = Field(400, ge=1, description="Jours pendant lesquels les fichiers déposés sont gardés")
    keep_gb: float = Field(50.0, gt=0, description="Go de fichiers déposés, au plus ; un organisme en a le dixième")
    engine: EngineName = Field("embedded", description="Moteur de recherche : embedded ou elasticsearch")
    elasticsearch_url: str = Field("", description="Adresses du cluster, séparées par des virgules")
    elasticsearch_prefix: str = Field("parcours", description="Début du nom de tout ce qui est créé sur le cluster")
    elasticsearch_api_key: str = Field("", repr=False, description="Clé d'API du cluster : encodée, ou id:clé")
    elasticsearch_ca_file: Path | None = Field(
        None, description="Autorité (PEM) qui a signé le certificat du cluster ; par défaut celles de la machine"
    )
    elasticsearch_shards: int = Field(1, ge=1, le=1024, description="Parts de chaque index à venir")
    elasticsearch_replicas: int = Field(0, ge=0, description="Copies de chaque index, sur d'autres nœuds du cluster")
    fallback: FallbackName = Field(
        "", description="embedded : un index embarqué répond quand Elasticsearch ne répond pas ; vide = aucun"
    )
    fallback_minutes: float = Field(5.0, gt=0, description="Minutes entre deux mises à jour de cet index de secours")
    mail_url: str = Field(
        "", description="Serveur de courrier (smtp://, smtp+starttls://, smtps://) ; vide = fichiers .eml dans mail/"
    )
    mail_from: str = Field("ne-pas-repondre@parcours.invalid", description="Expéditeur des avis")
    public_url: str = Field("", description="Adresse de ce service pour les navigateurs ; par défaut http://HOST:PORT")
    payments: ProviderName = Field("sandbox", description="Paiements par carte : sandbox (page d'essai) ou stripe")
    payment_secret: str = Field(
        "", repr=False, description="Secrets des notifications de paiement, séparés par des virgules"
    )
    stripe_api_key: str = Field("", repr=False, description="Clé secrète du compte Stripe")
    stripe_api_base: str = Field("", description="Adresse de l'API de Stripe, si ce n'est pas la sienne (essais)")
    debtor_name: str = Field("", max_length=70, description="Titulaire du compte qui paie les organismes")
    debtor_iban: str = Field("", description="IBAN de ce compte")
    debtor_bic: str = Field("", description="BIC de ce compte, si la banque le demande")
    log_questions: bool = Field(False, description="Les lignes d'accès portent aussi la question posée")
    worker: bool = Field(True, description="serve lance aussi un worker")

    compiled_dir: Path | None = Field(
        None,
        description="Dossier des fonctions de recherche compilées ; par défaut compiled/ dans le dossier de données",
    )

    @property
    def sql_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'parcours.db'}"

    @property
    def address(self) -> str:
        """Of the service, as a browser reaches it."""
        return self.public_url.rstrip("/") or self.own_address

    @property
    def own_address(self) -> str:
        """As this machine reaches it."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def index_dir(self) -> Path:
        return self.data_dir / "index"

    @property
    def compiled(self) -> Path:
        return self.compiled_dir or self.data_dir / "compiled"

    @property
    def submissions_dir(self) -> Path:
        return self.data_dir / "submissions"

    @property
    def mail_dir(self) -> Path:
        return self.data_dir / "mail"

    @property
    def reference_dir(self) -> Path:
        """Compiled reference files (places) that ``geo`` and ``search`` read."""
        return self.data_dir / "reference"

    @property
    def clock(self) -> Clock:
        return fixed_clock(self.today) if self.today else system_clock
