"""Who a patient is: strict traits, the national identity (INS) and its status, and who could be taken for whom."""
